// Every key that works on this page.

import { Fragment } from 'react';
import { keyLabel, useShortcuts } from '@/app/shortcuts';
import Dialog from '@/components/Dialog';
import { Kbd } from '@/components/Kbd';
import styles from './ShortcutsHelp.module.css';

export default function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  const shortcuts = useShortcuts();
  const areas = [...new Set(shortcuts.map((each) => each.area))];
  return (
    <Dialog title="Keys" onClose={onClose} size="lg">
      <div className={styles.areas}>
        {areas.map((area) => (
          <section key={area}>
            <h3 className={styles.area}>{area}</h3>
            <dl className={styles.list}>
              {shortcuts
                .filter((each) => each.area === area)
                .map((each) => (
                  <Fragment key={each.keys}>
                    <dt>
                      {keyLabel(each.keys).map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </dt>
                    <dd>{each.does}</dd>
                  </Fragment>
                ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
