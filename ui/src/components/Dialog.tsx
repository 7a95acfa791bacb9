// A dialog: takes the focus, gives it back, closes with Escape.

import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

export default function Dialog({
  title,
  onClose,
  size,
  fullScreen = false,
  children,
}: {
  title: string;
  onClose: () => void;
  size?: string | number;
  fullScreen?: boolean;
  children: ReactNode;
}) {
  return (
    <Modal
      opened
      onClose={onClose}
      title={title}
      fullScreen={fullScreen}
      closeButtonProps={{ 'aria-label': 'Close' }}
      {...(size === undefined ? {} : { size })}
    >
      {children}
    </Modal>
  );
}
