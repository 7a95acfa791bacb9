// The files of a template that is being written. They are read from and written to a folder of the person's own machine
// where the browser can do that; else they are given to the page and saved one by one.

import type { FileContent } from '@/api/scaffolder';

export type ProjectFile = {
  path: string;
  /** Undefined for files that are not text. */
  text: string | undefined;
  bytes: Uint8Array | undefined;
  /** The text as it is on disk. */
  saved: string | undefined;
};

export type Folder = FileSystemDirectoryHandle;
export type Project = { name: string; files: ProjectFile[]; folder?: Folder | undefined };

export const MOST_FILES = 1_000;
export const LARGEST_FILE = 2 * 1024 * 1024;
/** What a dry run can carry. */
export const LARGEST_PROJECT = 6 * 1024 * 1024;

const SKIPPED = new Set(['.git', 'node_modules', '.DS_Store', 'target', 'dist']);

export class TooMuch extends Error {}

function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.subarray(0, 8000).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function fileOf(path: string, bytes: Uint8Array): ProjectFile {
  const text = textOf(bytes);
  return { path, text, bytes: text === undefined ? bytes : undefined, saved: text };
}

async function readBlob(path: string, blob: Blob): Promise<ProjectFile> {
  if (blob.size > LARGEST_FILE) throw new TooMuch(`${path} is larger than 2 MB.`);
  return fileOf(path, new Uint8Array(await blob.arrayBuffer()));
}

function checked(files: ProjectFile[]): ProjectFile[] {
  const size = files.reduce((sum, file) => sum + (file.text?.length ?? file.bytes?.length ?? 0), 0);
  if (size > LARGEST_PROJECT)
    throw new TooMuch('The files are larger than 6 MB together. Open the folder of one template.');
  return files.sort((a, b) => a.path.localeCompare(b.path));
}

async function walk(folder: Folder, prefix: string, files: ProjectFile[]): Promise<void> {
  for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
    if (SKIPPED.has(name)) continue;
    if (files.length >= MOST_FILES)
      throw new TooMuch(`There are more than ${MOST_FILES} files. Open the folder of one template.`);
    const path = prefix ? `${prefix}/${name}` : name;
    if (handle.kind === 'directory') await walk(handle as Folder, path, files);
    else files.push(await readBlob(path, await (handle as FileSystemFileHandle).getFile()));
  }
}

type Picker = (options: { mode: 'readwrite' }) => Promise<Folder>;
const picker = (): Picker | undefined =>
  (window as unknown as { showDirectoryPicker?: Picker }).showDirectoryPicker;

/** Whether the browser can open a folder and write into it. */
export function canOpenFolders(): boolean {
  return picker() !== undefined;
}

/** Asks for a folder; undefined if nothing was chosen. */
export async function openFolder(): Promise<Project | undefined> {
  const pick = picker();
  if (!pick) return undefined;
  try {
    const folder = await pick.call(window, { mode: 'readwrite' });
    const files: ProjectFile[] = [];
    await walk(folder, '', files);
    return { name: folder.name, files: checked(files), folder };
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    throw error;
  }
}

/** Files that were given to the page, each with its path below the folder that was chosen. */
export async function projectOfUpload(list: FileList): Promise<Project | undefined> {
  const chosen = [...list].filter(
    (file) =>
      !pathOf(file)
        .split('/')
        .some((part) => SKIPPED.has(part)),
  );
  if (chosen.length === 0) return undefined;
  if (chosen.length > MOST_FILES)
    throw new TooMuch(`There are more than ${MOST_FILES} files. Choose the folder of one template.`);
  const files = await Promise.all(chosen.map((file) => readBlob(pathOf(file), file)));
  const name = chosen[0]?.webkitRelativePath.split('/')[0];
  return { name: name || 'Uploaded files', files: checked(files) };
}

function pathOf(file: File): string {
  const whole = file.webkitRelativePath || file.name;
  return file.webkitRelativePath ? whole.split('/').slice(1).join('/') : whole;
}

async function parentOf(folder: Folder, path: string): Promise<[Folder, string]> {
  const parts = path.split('/');
  const name = parts.pop() ?? '';
  let current = folder;
  for (const part of parts) current = await current.getDirectoryHandle(part, { create: true });
  return [current, name];
}

export async function saveInto(folder: Folder, path: string, text: string): Promise<void> {
  const [parent, name] = await parentOf(folder, path);
  const file = await parent.getFileHandle(name, { create: true });
  const stream = await file.createWritable();
  await stream.write(text);
  await stream.close();
}

export async function removeFrom(folder: Folder, path: string): Promise<void> {
  const [parent, name] = await parentOf(folder, path);
  await parent.removeEntry(name);
}

export function isDirty(file: ProjectFile): boolean {
  return file.text !== file.saved;
}

/** A new path that may be one, or why it may not. */
export function pathProblem(path: string, files: ProjectFile[]): string | undefined {
  if (path === '' || path.endsWith('/')) return 'Write the path of a file';
  if (path.startsWith('/') || path.split('/').some((part) => part === '..' || part === '.' || part === '')) {
    return 'The path must stay inside the folder';
  }
  return files.some((file) => file.path === path) ? 'There is a file of that name' : undefined;
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}

export function contentsOf(files: ProjectFile[]): FileContent[] {
  return files.map(({ path, text, bytes }) => ({
    path,
    base64Content: base64(bytes ?? new TextEncoder().encode(text ?? '')),
  }));
}

export function fileOfContent({ path, base64Content }: FileContent): ProjectFile {
  const bytes = Uint8Array.from(atob(base64Content), (char) => char.charCodeAt(0));
  return fileOf(path, bytes);
}
