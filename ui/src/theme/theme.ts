// What the component library is told; everything else stands in base.css.

import { createTheme, HoverCard, Menu, Modal, Popover, Tooltip } from '@mantine/core';

export const theme = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Tooltip: Tooltip.extend({
      defaultProps: { openDelay: 350, transitionProps: { duration: 80 }, position: 'bottom', fz: 12 },
    }),
    HoverCard: HoverCard.extend({
      defaultProps: { openDelay: 350, closeDelay: 80, shadow: 'md', transitionProps: { duration: 80 } },
    }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    Modal: Modal.extend({ defaultProps: { transitionProps: { duration: 100 } } }),
  },
});
