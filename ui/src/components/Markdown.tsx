// Text with Markdown from templates. It is written by anybody: no HTML of theirs, no address that could do harm.

import MarkdownToJsx from 'markdown-to-jsx/react';
import type { ReactNode } from 'react';
import styles from './Markdown.module.css';
import { SafeLink } from './SafeLink';

function MarkdownLink({ href, children }: { href?: string; children?: ReactNode }) {
  return <SafeLink address={href}>{children}</SafeLink>;
}

/** A picture would tell its host who is reading; its description stands in its place. */
function PictureText({ alt, src }: { alt?: string; src?: string }) {
  return <SafeLink address={src}>{alt || 'Picture'}</SafeLink>;
}

/** Headings of a text inside a page come below those of the page. */
function Heading({ children }: { children?: ReactNode }) {
  return <p className={styles.heading}>{children}</p>;
}

const HEADINGS = Object.fromEntries(
  ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, { component: Heading }]),
);

export default function Markdown({ text }: { text: string }) {
  return (
    <div className={styles.text}>
      <MarkdownToJsx
        options={{
          disableParsingRawHTML: true,
          disableAutoLink: false,
          forceBlock: true,
          overrides: { ...HEADINGS, a: { component: MarkdownLink }, img: { component: PictureText } },
        }}
      >
        {text}
      </MarkdownToJsx>
    </div>
  );
}
