// The files that are open in the editor, and what is done with them.

import { useCallback, useEffect, useState } from 'react';
import { messageOf } from '@/api/error';
import { saveFile } from '@/components/saveFile';
import { toast } from '@/components/toasts';
import { isDirty, type Project, type ProjectFile, removeFrom, saveInto } from './project';

const TEMPLATE_NAMES = ['template.yaml', 'template.yml', 'catalog-info.yaml'];

/** The file to begin with: the template, wherever it lies. */
export function firstFile(files: ProjectFile[]): string | undefined {
  const named = files.filter(({ path }) => TEMPLATE_NAMES.includes(path.slice(path.lastIndexOf('/') + 1)));
  return (named.find(({ text }) => /^kind:\s*Template/m.test(text ?? '')) ?? named[0] ?? files[0])?.path;
}

export function useProject() {
  const [project, setProject] = useState<Project>();
  const [open, setOpen] = useState<string>();
  const dirty = project?.files.some(isDirty) ?? false;

  // Leaving the page must not lose what was written.
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  const change = useCallback((path: string, next: Partial<ProjectFile>) => {
    setProject((before) =>
      before
        ? { ...before, files: before.files.map((file) => (file.path === path ? { ...file, ...next } : file)) }
        : before,
    );
  }, []);

  const save = async () => {
    if (!project) return;
    for (const file of project.files.filter(isDirty)) {
      if (file.text === undefined) continue;
      try {
        if (project.folder) await saveInto(project.folder, file.path, file.text);
        else
          saveFile(
            file.path.slice(file.path.lastIndexOf('/') + 1),
            new Blob([file.text], { type: 'text/plain' }),
          );
        change(file.path, { saved: file.text });
      } catch (error) {
        toast.error(`${file.path} was not saved`, messageOf(error));
      }
    }
  };

  return {
    project,
    dirty,
    open,
    setOpen,
    start: (next: Project | undefined) => {
      setProject(next);
      setOpen(next ? firstFile(next.files) : undefined);
    },
    write: (path: string, text: string) => change(path, { text }),
    save,
    add: (path: string) => {
      setProject((before) =>
        before
          ? {
              ...before,
              files: [...before.files, { path, text: '', bytes: undefined, saved: undefined }].sort((a, b) =>
                a.path.localeCompare(b.path),
              ),
            }
          : before,
      );
      setOpen(path);
    },
    remove: async (path: string) => {
      const file = project?.files.find((each) => each.path === path);
      try {
        if (project?.folder && file?.saved !== undefined) await removeFrom(project.folder, path);
      } catch (error) {
        toast.error(`${path} was not removed`, messageOf(error));
        return;
      }
      setProject((before) =>
        before ? { ...before, files: before.files.filter((each) => each.path !== path) } : before,
      );
      if (open === path) setOpen(undefined);
    },
  };
}
