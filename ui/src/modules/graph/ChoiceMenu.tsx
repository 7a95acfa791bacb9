// A menu of things that can each be on or off.

import { Menu } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { Button } from '@/components/Button';
import type { Choice } from './choices';

export function ChoiceMenu({
  label,
  choices,
  chosen,
  onChange,
}: {
  label: string;
  choices: Choice[];
  chosen: readonly string[];
  onChange: (ids: string[]) => void;
}) {
  const toggle = (id: string) =>
    onChange(choices.map((choice) => choice.id).filter((each) => chosen.includes(each) !== (each === id)));
  return (
    <Menu withinPortal={false} closeOnItemClick={false} position="bottom-start">
      <Menu.Target>
        <Button>
          {label}
          <span className="quiet tabular">{`${chosen.length}/${choices.length}`}</span>
          <IconChevronDown size={14} aria-hidden />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {choices.map((choice) => {
          const on = chosen.includes(choice.id);
          return (
            <Menu.CheckboxItem key={choice.id} checked={on} onChange={() => toggle(choice.id)}>
              {choice.label}
            </Menu.CheckboxItem>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
