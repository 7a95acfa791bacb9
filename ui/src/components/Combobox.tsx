// A text box with a list below it that answers what is typed. Knows nothing about what is listed.

import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import styles from './Combobox.module.css';

export type ComboOption = { value: string; label: string; note?: string | undefined; icon?: ReactNode };

const PAUSE_MS = 150;

type Props = {
  id: string;
  /** What the box shows while nobody types. */
  text: string;
  options: ComboOption[];
  /** Told once typing pauses, and with an empty text when the list opens. */
  onSearch: (term: string) => void;
  onPick: (value: string) => void;
  /** Takes what was typed; left out where only what is listed may be chosen. */
  onFree?: ((text: string) => void) | undefined;
  /** Takes the value away. */
  onClear?: (() => void) | undefined;
  /** Enter takes the first of the list, or, for words of one's own, what was typed. */
  enter?: 'first' | 'typed';
  /** Whether the box is emptied after each choice, for lists of several values. */
  several?: boolean;
  loading?: boolean;
  /** What the list says when there is nothing in it. */
  none?: string;
  /** Says that there is more than what is listed. */
  more?: string | undefined;
  placeholder?: string | undefined;
  disabled?: boolean | undefined;
  required?: boolean | undefined;
  autoFocus?: boolean | undefined;
  invalid?: boolean | undefined;
  label?: string | undefined;
  describedBy?: string | undefined;
};

export function Combobox(props: Props) {
  const { id, text, options, onSearch, onPick, onFree, onClear, several = false } = props;
  const [typed, setTyped] = useState<string>();
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const [asked, setAsked] = useState<string>();
  const [moved, setMoved] = useState(false);
  const search = useRef(onSearch);
  useEffect(() => {
    search.current = onSearch;
  });
  useEffect(() => {
    if (!open) return;
    const term = typed?.trim() ?? '';
    const timer = setTimeout(
      () => {
        setAsked(term);
        search.current(term);
      },
      typed ? PAUSE_MS : 0,
    );
    return () => clearTimeout(timer);
  }, [typed, open]);
  useEffect(() => {
    if (open) list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });

  const current = Math.min(chosen, options.length - 1);
  const close = () => {
    setOpen(false);
    setTyped(undefined);
    setMoved(false);
  };
  const pick = (option: ComboOption) => {
    onPick(option.value);
    if (several) {
      setTyped(undefined);
      setMoved(false);
      setChosen(0);
    } else close();
  };
  /** Leaving the box takes what was typed, if it is a value. */
  const settle = () => {
    const value = typed?.trim();
    if (value === undefined) return;
    if (value === '') {
      if (!several) onClear?.();
      return;
    }
    const same = options.find(
      (option) =>
        option.value.toLowerCase() === value.toLowerCase() ||
        option.label.toLowerCase() === value.toLowerCase(),
    );
    if (same) onPick(same.value);
    else onFree?.(value);
  };
  const shown = open && (options.length > 0 || !props.loading);
  return (
    <div className={styles.combo}>
      <input
        id={id}
        className={styles.input}
        role="combobox"
        aria-label={props.label}
        aria-expanded={shown && options.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={shown && options[current] ? `${listId}-${current}` : undefined}
        aria-invalid={props.invalid || undefined}
        aria-required={props.required || undefined}
        aria-describedby={props.describedBy}
        data-mantine-stop-propagation={open}
        autoComplete="off"
        spellCheck={false}
        // biome-ignore lint/a11y/noAutofocus: the template's author says where one begins
        autoFocus={props.autoFocus}
        placeholder={props.placeholder}
        disabled={props.disabled}
        value={typed ?? (several ? '' : text)}
        onFocus={(event) => {
          setOpen(true);
          setChosen(0);
          if (!several) event.currentTarget.select();
        }}
        onBlur={() => {
          settle();
          close();
        }}
        onChange={(event) => {
          setTyped(event.target.value);
          setMoved(false);
          setChosen(0);
          setOpen(true);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            setOpen(true);
            const by = event.key === 'ArrowDown' ? 1 : -1;
            setMoved(true);
            setChosen((current + by + options.length) % Math.max(1, options.length));
          } else if (event.key === 'Enter' && open) {
            // Enter chooses; it does not send the form.
            event.preventDefault();
            const option = options[current];
            const free = typed?.trim();
            // A list that answers an older question is not what whoever types quickly has seen.
            const answered = asked === (free ?? '') && !props.loading;
            const meant = moved || (answered && (free ? props.enter !== 'typed' : !onFree));
            // Until the answer comes, what is listed already may be what is meant, if it holds what was typed.
            const likely =
              free && !answered && props.enter !== 'typed'
                ? options.find(({ value, label }) =>
                    `${label} ${value}`.toLowerCase().includes(free.toLowerCase()),
                  )
                : undefined;
            if (option && meant) pick(option);
            else if (likely) pick(likely);
            else if (free && onFree) {
              onFree(free);
              if (several) setTyped(undefined);
              else close();
            }
          } else if (event.key === 'Escape' && open) {
            event.preventDefault();
            event.stopPropagation();
            close();
          }
        }}
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={props.label ?? 'Choices'}
        tabIndex={-1}
        hidden={!shown || options.length === 0}
        className={styles.list}
      >
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box above
          <div
            key={option.value}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={`${styles.option} ${index === current ? styles.on : ''}`}
            onMouseMove={() => setChosen(index)}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => pick(option)}
          >
            {option.icon}
            <span className="ellipsis">{option.label}</span>
            {option.note ? <span className={`${styles.note} ellipsis`}>{option.note}</span> : null}
          </div>
        ))}
        {props.more ? (
          <div className={styles.more} role="presentation">
            {props.more}
          </div>
        ) : null}
      </div>
      {shown && options.length === 0 && props.none ? (
        <div className={styles.none} role="status">
          {props.none}
        </div>
      ) : null}
    </div>
  );
}
