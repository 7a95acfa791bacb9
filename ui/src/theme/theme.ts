// What the component library is told; everything else stands in base.css. The components are named, not imported, so
// that only the pages that use them load them.

import { createTheme } from '@mantine/core';

const QUICK = { shadow: 'md', transitionProps: { duration: 80 } };

export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Menu: { defaultProps: { ...QUICK, withInitialFocusPlaceholder: false } },
    Popover: { defaultProps: QUICK },
    Modal: { defaultProps: { transitionProps: { duration: 100 } } },
  },
});
