// Buttons for what not everybody may do: whoever may not sees them, cannot press them, and reads why.

import { Tooltip } from '@mantine/core';
import { type ButtonHTMLAttributes, type ReactNode, useId } from 'react';
import type { Permission } from '@/api/queries/authorize';
import { buttonClass } from '@/components/Button';
import { type EntityRef, shortRef } from '@/modules/entity/ref';
import styles from './Access.module.css';
import { useMay } from './useMay';

type Gate = {
  permission: Permission;
  resourceRef?: string | undefined;
  /** Whose thing it is: whom to ask. */
  owner?: EntityRef | undefined;
};

/** Why something may not be done, in one sentence for a tooltip. */
export function reasonFor({ permission, owner }: Gate): string {
  const whom = owner ? `${shortRef(owner)}, who owns it, or an administrator` : 'an administrator';
  return `You may not do this: none of your roles has ${permission.name}. Ask ${whom}.`;
}

type Props = ButtonHTMLAttributes<HTMLButtonElement> &
  Gate & {
    weight?: 'default' | 'primary' | 'danger' | 'quiet';
    small?: boolean;
    /** Set for a button of one icon: its name. */
    label?: string;
    children: ReactNode;
  };

export function GatedButton({
  permission,
  resourceRef,
  owner,
  weight,
  small = false,
  label,
  onClick,
  children,
  className,
  ...rest
}: Props) {
  const { allowed } = useMay(permission, resourceRef);
  const id = useId();
  const classes = `${buttonClass(weight, small, label !== undefined)} ${className ?? ''}`;
  const name = label ? { 'aria-label': label } : {};
  if (allowed) {
    return (
      <button type="button" className={classes} onClick={onClick} {...name} title={label} {...rest}>
        {children}
      </button>
    );
  }
  const reason = reasonFor({ permission, owner });
  // It keeps the focus, so that the keyboard reaches the reason too.
  return (
    <>
      <Tooltip label={reason} multiline w={280} events={{ hover: true, focus: true, touch: true }}>
        <button
          {...rest}
          type="button"
          className={`${classes} ${styles.barred}`}
          aria-disabled
          aria-describedby={id}
          disabled={false}
          onClick={(event) => event.preventDefault()}
          {...name}
        >
          {children}
        </button>
      </Tooltip>
      <span id={id} className="visually-hidden">
        {reason}
      </span>
    </>
  );
}
