// Light, dark, or as the system has it.

import { Menu, useMantineColorScheme } from '@mantine/core';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import styles from './Shell.module.css';

const THEMES = [
  { id: 'light', label: 'Light', icon: IconSun },
  { id: 'dark', label: 'Dark', icon: IconMoon },
  { id: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const;

export default function ThemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const Current = THEMES.find((each) => each.id === colorScheme)?.icon ?? IconSun;
  return (
    <Menu position="right-end">
      <Menu.Target>
        <button type="button" className={styles.link} onClick={(event) => event.stopPropagation()}>
          <Current size={17} stroke={1.75} aria-hidden />
          Theme
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {THEMES.map((each) => (
          <Menu.RadioItem
            key={each.id}
            value={each.id}
            checked={colorScheme === each.id}
            closeMenuOnClick
            onChange={() => setColorScheme(each.id)}
          >
            {each.label}
          </Menu.RadioItem>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
