// Copies a text and says so.

import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { Button, IconButton } from './Button';

export function CopyButton({
  value,
  label,
  iconOnly = false,
}: {
  value: string;
  label: string;
  iconOnly?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const icon = copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />;
  if (iconOnly) {
    return (
      <IconButton small label={copied ? 'Copied' : label} onClick={() => void copy()}>
        {icon}
      </IconButton>
    );
  }
  return (
    <Button small weight="quiet" onClick={() => void copy()}>
      {icon}
      {copied ? 'Copied' : label}
    </Button>
  );
}
