// Buttons for what not everybody may do: whoever may not sees them, cannot press them, and reads why.

import { Tooltip } from '@mantine/core';
import { type ButtonHTMLAttributes, type MouseEvent, type ReactNode, useId } from 'react';
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
  disabled,
  children,
  className,
  ...rest
}: Props) {
  const { allowed } = useMay(permission, resourceRef);
  const id = useId();
  const classes = `${buttonClass(weight, small, label !== undefined)} ${allowed ? '' : styles.barred} ${className ?? ''}`;
  const name = label ? { 'aria-label': label } : {};
  const reason = reasonFor({ permission, owner });
  // One that may not be pressed keeps the focus, so that the keyboard reaches the reason too. It stays the same element
  // when the answer comes, so that nobody loses the place.
  const state = allowed
    ? { onClick, title: label, disabled }
    : {
        'aria-disabled': true,
        'aria-describedby': id,
        onClick: (event: MouseEvent) => event.preventDefault(),
      };
  return (
    <>
      <Tooltip
        label={reason}
        disabled={allowed}
        multiline
        withinPortal={false}
        w={280}
        events={{ hover: true, focus: true, touch: true }}
      >
        <button {...rest} type="button" className={classes} {...name} {...state}>
          {children}
        </button>
      </Tooltip>
      {allowed ? null : (
        <span id={id} className="visually-hidden">
          {reason}
        </span>
      )}
    </>
  );
}
