// The ways to begin: a folder of this computer, files, a starting point, or a template of the catalog.

import { IconFolderOpen, IconUpload } from '@tabler/icons-react';
import { useRef } from 'react';
import { messageOf } from '@/api/error';
import { Button } from '@/components/Button';
import { toast } from '@/components/toasts';
import { EntityPicker } from '@/modules/entity/EntityPicker';
import styles from './Editor.module.css';
import { canOpenFolders, openFolder, type Project, projectOfUpload } from './project';
import { projectOfStart, STARTS } from './startingPoints';

export function OpenProject({
  onOpen,
  onTemplate,
}: {
  onOpen: (project: Project) => void;
  onTemplate: (ref: string) => void;
}) {
  const upload = useRef<HTMLInputElement>(null);
  const take = async (reading: Promise<Project | undefined>) => {
    try {
      const project = await reading;
      if (project) onOpen(project);
    } catch (error) {
      toast.error('The files were not opened', messageOf(error));
    }
  };
  return (
    <div className={styles.start}>
      <h1>Template editor</h1>
      <p className="quiet">
        Write a template, see its form, and run it dry. Files stay on your computer; nothing is sent before
        you start a dry run.
      </p>
      <div className={styles.startButtons}>
        {canOpenFolders() ? (
          <Button weight="primary" onClick={() => void take(openFolder())}>
            <IconFolderOpen size={16} aria-hidden />
            Open a folder
          </Button>
        ) : null}
        <Button weight={canOpenFolders() ? 'default' : 'primary'} onClick={() => upload.current?.click()}>
          <IconUpload size={16} aria-hidden />
          {canOpenFolders() ? 'Read a folder only' : 'Read a folder'}
        </Button>
        <input
          ref={upload}
          type="file"
          hidden
          multiple
          aria-label="Folder of a template"
          {...{ webkitdirectory: '' }}
          onChange={({ target }) => {
            if (target.files) void take(projectOfUpload(target.files));
            target.value = '';
          }}
        />
      </div>
      <h2>Start from</h2>
      <ul className={styles.starts}>
        {STARTS.map((start) => (
          <li key={start.id}>
            <button type="button" className={styles.startCard} onClick={() => onOpen(projectOfStart(start))}>
              <strong>{start.title}</strong>
              <span className="quiet">{start.about}</span>
            </button>
          </li>
        ))}
      </ul>
      <h2>Or look at a template of the catalog</h2>
      <div className={styles.pick}>
        <EntityPicker
          label="Template"
          placeholder="Type to find a template"
          kinds={['template']}
          onPick={onTemplate}
        />
      </div>
    </div>
  );
}
