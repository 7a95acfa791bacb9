import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { SafeLink } from './SafeLink';
import { safeHref } from './safeHref';

const HARMFUL = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.com/x',
  '/relative',
  'not an address',
  '',
  undefined,
  42,
];

describe('addresses from catalog files', () => {
  it.each(['https://example.com/x', 'http://localhost:3000/', 'mailto:team@example.com'])(
    'become links when harmless: %s',
    (address) => {
      expect(safeHref(address)).toBe(address);
    },
  );

  it.each(HARMFUL)('never become links otherwise: %s', (address) => {
    expect(safeHref(address)).toBeUndefined();
  });

  it('are drawn as text when harmful', () => {
    render(<SafeLink address="javascript:alert(1)">Click me</SafeLink>);
    expect(screen.queryByRole('link')).toBeNull();
    expect(screen.getByText('Click me')).toBeDefined();
  });

  it('open in a new tab without telling where from', () => {
    render(<SafeLink address="https://example.com/" />);
    const link = screen.getByRole('link');
    expect(link.getAttribute('rel')).toBe('noopener noreferrer');
    expect(link.getAttribute('target')).toBe('_blank');
  });
});
