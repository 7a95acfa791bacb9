// Buttons: one shape, four weights, with or without words.

import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './Button.module.css';

type Weight = 'default' | 'primary' | 'danger' | 'quiet';

type ButtonProps = ButtonHTMLAttributes<HTMLButtonElement> & {
  weight?: Weight;
  small?: boolean;
  ref?: Ref<HTMLButtonElement>;
};

export function buttonClass(weight: Weight = 'default', small = false, icon = false): string {
  return [styles.button, weight !== 'default' && styles[weight], small && styles.small, icon && styles.icon]
    .filter(Boolean)
    .join(' ');
}

export function Button({ weight, small, className, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={`${buttonClass(weight, small)} ${className ?? ''}`} {...rest} />;
}

/** A button of one icon; `label` is its name and its tooltip. */
export function IconButton({
  label,
  weight = 'quiet',
  small,
  className,
  children,
  type = 'button',
  ...rest
}: ButtonProps & { label: string; children: ReactNode }) {
  return (
    <button
      type={type}
      aria-label={label}
      title={label}
      className={`${buttonClass(weight, small, true)} ${className ?? ''}`}
      {...rest}
    >
      {children}
    </button>
  );
}
