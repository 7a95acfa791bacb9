// Light, dark, or as the system has it.

import { useMantineColorScheme } from '@mantine/core';
import { Card } from '@/components/Card';
import styles from './Settings.module.css';

const THEMES = [
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
  { id: 'auto', label: 'As the system' },
] as const;

export function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Card title="Appearance">
      <fieldset className={styles.choices}>
        <legend className="visually-hidden">Theme</legend>
        {THEMES.map(({ id, label }) => (
          <label key={id} className={styles.choice}>
            <input
              type="radio"
              name="theme"
              checked={colorScheme === id}
              onChange={() => setColorScheme(id)}
            />
            {label}
          </label>
        ))}
      </fieldset>
    </Card>
  );
}
