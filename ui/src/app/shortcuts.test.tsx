import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { handleKey, useShortcut } from './shortcuts';

beforeEach(() => document.addEventListener('keydown', handleKey));
afterEach(() => document.removeEventListener('keydown', handleKey));

function Part({ keys, run }: { keys: string; run: () => void }) {
  useShortcut('Test', keys, 'Does it', run);
  return <input aria-label="field" />;
}

it('hears single keys and sequences', async () => {
  const [slash, sequence] = [vi.fn(), vi.fn()];
  render(
    <>
      <Part keys="/" run={slash} />
      <Part keys="g c" run={sequence} />
    </>,
  );
  await userEvent.keyboard('/');
  expect(slash).toHaveBeenCalledOnce();
  await userEvent.keyboard('gc');
  expect(sequence).toHaveBeenCalledOnce();
  await userEvent.keyboard('c');
  expect(sequence).toHaveBeenCalledOnce();
});

it('leaves typing alone, except for the palette', async () => {
  const [key, palette] = [vi.fn(), vi.fn()];
  const { getAllByLabelText } = render(
    <>
      <Part keys="j" run={key} />
      <Part keys="mod+k" run={palette} />
    </>,
  );
  getAllByLabelText('field')[0]?.focus();
  await userEvent.keyboard('j');
  expect(key).not.toHaveBeenCalled();
  await userEvent.keyboard('{Control>}k{/Control}');
  expect(palette).toHaveBeenCalledOnce();
});

it('forgets the keys of a part that is gone', async () => {
  const run = vi.fn();
  render(<Part keys="j" run={run} />).unmount();
  await userEvent.keyboard('j');
  expect(run).not.toHaveBeenCalled();
});
