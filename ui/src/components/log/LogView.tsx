// A long log: only the lines in sight are drawn; it follows its end until one scrolls up; each line has an address.

import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useEffect, useMemo, useRef } from 'react';
import { ansiSpans, type Style } from './ansi';
import styles from './LogView.module.css';

export type LogLine = {
  /** Counted from one over the whole log, whatever is filtered out. */
  number: number;
  text: string;
  tone?: 'error' | 'head' | undefined;
};

const LINE = 20;
/** So close to the end counts as being at the end. */
const NEAR_END = 24;

type Props = {
  label: string;
  lines: LogLine[];
  /** Whether the end is kept in sight as the log grows. */
  follow: boolean;
  onFollow: (follow: boolean) => void;
  /** The line that the address names. */
  marked?: number | undefined;
  onMark: (line: number | undefined) => void;
  wrap: boolean;
};

export function LogView({ label, lines, follow, onFollow, marked, onMark, wrap }: Props) {
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => LINE,
    overscan: 20,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  const count = lines.length;
  useEffect(() => {
    if (follow && count > 0) virtual.scrollToIndex(count - 1, { align: 'end' });
  }, [follow, count, virtual]);

  // What stands around the log may grow and leave less room for it.
  useEffect(() => {
    const element = scroller.current;
    if (!follow || !element) return;
    const observer = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [follow]);

  // A link to a line: brought into sight once, as soon as the line is there.
  const shown = useRef<number>(undefined);
  useEffect(() => {
    if (marked === undefined || shown.current === marked) return;
    const index = lines.findIndex((line) => line.number === marked);
    if (index < 0) return;
    shown.current = marked;
    virtual.scrollToIndex(index, { align: 'center' });
  }, [marked, lines, virtual]);

  const lastTop = useRef(0);
  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const up = element.scrollTop < lastTop.current;
    lastTop.current = element.scrollTop;
    const atEnd = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
    // Scrolling up is a wish to read; it must not be pulled away by the next line.
    if (follow && up && !atEnd) onFollow(false);
  };

  return (
    <section
      ref={scroller}
      className={`${styles.view} ${wrap ? styles.wrap : ''}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      aria-label={label}
      onScroll={onScroll}
    >
      <div className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (!line) return null;
          return (
            <div
              key={item.key}
              ref={wrap ? virtual.measureElement : undefined}
              data-index={item.index}
              className={`${styles.line} ${line.tone ? styles[line.tone] : ''} ${line.number === marked ? styles.on : ''}`}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <button
                type="button"
                className={styles.number}
                aria-label={`Link to line ${line.number}`}
                aria-pressed={line.number === marked}
                onClick={() => {
                  shown.current = line.number;
                  onMark(line.number === marked ? undefined : line.number);
                }}
              >
                {line.number}
              </button>
              <span className={styles.text}>
                <LineText text={line.text} />
              </span>
            </div>
          );
        })}
      </div>
    </section>
  );
}

function cssOf(style: Style) {
  return {
    color: style.color,
    background: style.background,
    fontWeight: style.bold ? 700 : undefined,
    opacity: style.dim ? 0.8 : undefined,
    fontStyle: style.italic ? 'italic' : undefined,
    textDecoration: style.underline ? 'underline' : undefined,
  };
}

const LineText = memo(function LineText({ text }: { text: string }) {
  const spans = useMemo(() => ansiSpans(text), [text]);
  if (spans.length === 0) return ' ';
  return spans.map((span, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of a line have no other name and never move
    <span key={index} style={cssOf(span.style)}>
      {span.text}
    </span>
  ));
});
