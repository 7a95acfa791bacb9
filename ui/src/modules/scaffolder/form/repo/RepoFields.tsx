// RepoUrlPicker, RepoBranchPicker and RepoOwnerPicker: where on a source host something is or shall be.

import { useEffect, useState } from 'react';
import type { Json } from '@/api/scaffolder';
import { Button } from '@/components/Button';
import { Combobox } from '@/components/Combobox';
import {
  describedBy,
  listOption,
  optionsOf,
  placeholderOf,
  type TemplateFieldProps,
  textOption,
} from '../fields/field';
import { type Credentials, useCredentials } from './credentials';
import {
  formatRepoUrl,
  type HostType,
  hostType,
  knownHosts,
  PART_LABELS,
  parseRepoUrl,
  partsOf,
  type RepoPart,
  type RepoUrl,
} from './hosts';
import styles from './RepoFields.module.css';
import { useRepoCompletions } from './useRepoCompletions';

type Props = TemplateFieldProps<string>;

/** The lists of values that a template allows, by part. */
const ALLOWED: Record<RepoPart, string> = {
  organization: 'allowedOrganizations',
  workspace: 'allowedOwners',
  project: 'allowedProjects',
  owner: 'allowedOwners',
  repo: 'allowedRepos',
};

function labelOf(part: RepoPart, options: Json): string {
  if (part === 'owner') return textOption(options, 'ownerLabel') ?? PART_LABELS.owner;
  if (part === 'repo') return textOption(options, 'repoLabel') ?? PART_LABELS.repo;
  return PART_LABELS[part];
}

function aboutOf(part: RepoPart, options: Json): string | undefined {
  if (part === 'owner') return textOption(options, 'ownerDescription');
  return part === 'repo' ? textOption(options, 'repoDescription') : undefined;
}

export function RepoUrlPickerField(props: Props) {
  const { formData, fieldPathId, onChange, disabled, readonly, required, registry, autofocus } = props;
  const id = fieldPathId.$id;
  const options = optionsOf(props);
  const allowedHosts = listOption(options, 'allowedHosts');
  const hosts = allowedHosts.length > 0 ? allowedHosts : [...knownHosts().keys()];
  const url = parseRepoUrl(formData);
  const host = url.host || hosts[0] || '';
  const type = hostType(host);
  const off = disabled || readonly || false;
  const credentials = useCredentials(options, type, registry.formContext);
  const token = credentials.state === 'there' ? credentials.token : undefined;

  const set = (change: Partial<RepoUrl>) =>
    onChange(formatRepoUrl({ ...url, host, ...change }), fieldPathId.path, undefined, id);

  // What can only be one thing is said at once.
  const fixed: Partial<RepoUrl> = {};
  for (const { part } of partsOf(type)) {
    const allowed = listOption(options, ALLOWED[part]);
    if (allowed.length > 0 && (!url[part] || !allowed.includes(url[part] ?? ''))) fixed[part] = allowed[0];
  }
  const needed = Object.keys(fixed).length > 0;
  const key = JSON.stringify(fixed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each thing that can be said
  useEffect(() => {
    if (needed && !off) set(fixed);
  }, [needed, key, host]);

  return (
    // biome-ignore lint/a11y/useSemanticElements: the form draws the legend
    <div
      className={styles.repo}
      role="group"
      aria-labelledby={`${id}-label`}
      aria-describedby={describedBy(id)}
    >
      <div className={styles.part}>
        <label htmlFor={id}>Host</label>
        {hosts.length === 1 ? (
          <input id={id} className="form-control mono" readOnly value={host} />
        ) : (
          <select
            id={id}
            className="form-control"
            value={host}
            disabled={off}
            // biome-ignore lint/a11y/noAutofocus: the template's author says where one begins
            autoFocus={autofocus}
            onChange={({ target }) =>
              onChange(formatRepoUrl({ host: target.value }), fieldPathId.path, undefined, id)
            }
          >
            {(hosts.includes(host) ? hosts : [host, ...hosts]).map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </select>
        )}
      </div>
      {partsOf(type).map(({ part, required: must }) => (
        <Part
          key={part}
          id={`${id}-${part}`}
          part={part}
          label={labelOf(part, options)}
          about={aboutOf(part, options)}
          allowed={listOption(options, ALLOWED[part])}
          type={type}
          url={{ ...url, host }}
          token={part === 'repo' && options.disableRepoAutocomplete ? undefined : token}
          required={Boolean(required) && must}
          disabled={off}
          onSet={(value) => set({ [part]: value })}
        />
      ))}
      <CredentialsNote credentials={credentials} host={host} />
    </div>
  );
}

function Part({
  id,
  part,
  label,
  about,
  allowed,
  type,
  url,
  token,
  required,
  disabled,
  onSet,
}: {
  id: string;
  part: RepoPart;
  label: string;
  about: string | undefined;
  allowed: string[];
  type: HostType | undefined;
  url: RepoUrl;
  token: string | undefined;
  required: boolean;
  disabled: boolean;
  onSet: (value: string | undefined) => void;
}) {
  const [term, setTerm] = useState('');
  const offered = useRepoCompletions(part, type, url, token);
  const value = url[part] ?? '';
  const matching = offered.filter((each) => each.toLowerCase().includes(term.toLowerCase())).slice(0, 50);
  return (
    <div className={styles.part}>
      <label htmlFor={id}>
        {label}
        {required ? <span aria-hidden> *</span> : null}
      </label>
      {allowed.length > 0 ? (
        <select
          id={id}
          className="form-control"
          value={value}
          disabled={disabled || allowed.length === 1}
          onChange={({ target }) => onSet(target.value)}
        >
          {(value === '' || allowed.includes(value) ? allowed : [value, ...allowed]).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      ) : offered.length > 0 ? (
        <Combobox
          id={id}
          text={value}
          options={matching.map((each) => ({ value: each, label: each }))}
          onSearch={setTerm}
          onPick={onSet}
          onFree={onSet}
          onClear={() => onSet(undefined)}
          disabled={disabled}
          required={required}
        />
      ) : (
        <input
          id={id}
          className="form-control"
          type="text"
          spellCheck={false}
          autoComplete="off"
          value={value}
          disabled={disabled}
          aria-required={required || undefined}
          onChange={({ target }) => onSet(target.value || undefined)}
        />
      )}
      {about ? <p className={styles.about}>{about}</p> : null}
    </div>
  );
}

function CredentialsNote({ credentials, host }: { credentials: Credentials; host: string }) {
  if (credentials.state === 'impossible') {
    return (
      <p
        className={styles.note}
      >{`This template acts in your name, but no sign-in provider of this portal knows ${host}.`}</p>
    );
  }
  if (credentials.state === 'missing') {
    return (
      <div className={styles.note}>
        <span>{`This template acts in your name at ${host}.`}</span>
        <Button small disabled={credentials.connecting} onClick={credentials.connect}>
          {credentials.connecting ? 'Waiting for the window' : `Connect with ${credentials.title}`}
        </Button>
      </div>
    );
  }
  if (credentials.state === 'there') {
    return (
      <p className={styles.note}>{`It acts in your name at ${host}. Your token is deleted with the task.`}</p>
    );
  }
  return null;
}

/** The repository that is chosen elsewhere in the form: what looks like one, or what `repoUrl` holds. */
function chosenRepo(values: Json): RepoUrl {
  const texts = Object.values(values).filter((value): value is string => typeof value === 'string');
  const direct =
    typeof values.repoUrl === 'string'
      ? values.repoUrl
      : texts.find((text) => /^[\w.:-]+\?.*repo=/.test(text));
  return parseRepoUrl(direct);
}

export function RepoBranchPickerField(props: Props) {
  const { formData, fieldPathId, onChange, disabled, readonly, required, registry, rawErrors } = props;
  const id = fieldPathId.$id;
  const options = optionsOf(props);
  const url = chosenRepo(registry.formContext.values);
  const type = hostType(url.host);
  const credentials = useCredentials(options, type, registry.formContext);
  const [term, setTerm] = useState('');
  const offered = useRepoCompletions(
    'branch',
    type,
    url,
    credentials.state === 'there' ? credentials.token : undefined,
  );
  const set = (value: string | undefined) => onChange(value, fieldPathId.path, undefined, id);
  return (
    <>
      <Combobox
        id={id}
        text={typeof formData === 'string' ? formData : ''}
        options={offered
          .filter((each) => each.toLowerCase().includes(term.toLowerCase()))
          .slice(0, 50)
          .map((each) => ({ value: each, label: each }))}
        onSearch={setTerm}
        onPick={set}
        onFree={set}
        onClear={() => set(undefined)}
        placeholder={placeholderOf(props, options) ?? 'main'}
        disabled={disabled || readonly}
        required={required}
        invalid={(rawErrors?.length ?? 0) > 0}
        describedBy={describedBy(id)}
      />
      <CredentialsNote credentials={credentials} host={url.host} />
    </>
  );
}

export function RepoOwnerPickerField(props: Props) {
  const { formData, fieldPathId, onChange, disabled, readonly, required, registry, rawErrors } = props;
  const id = fieldPathId.$id;
  const options = optionsOf(props);
  const host = textOption(options, 'host') ?? chosenRepo(registry.formContext.values).host;
  const type = hostType(host);
  const excluded = listOption(options, 'excludedOwners');
  const credentials = useCredentials(options, type, registry.formContext);
  const [term, setTerm] = useState('');
  const offered = useRepoCompletions(
    'owner',
    type,
    { host },
    credentials.state === 'there' ? credentials.token : undefined,
  );
  const set = (value: string | undefined) => onChange(value, fieldPathId.path, undefined, id);
  return (
    <>
      <Combobox
        id={id}
        text={typeof formData === 'string' ? formData : ''}
        options={offered
          .filter((each) => !excluded.includes(each) && each.toLowerCase().includes(term.toLowerCase()))
          .slice(0, 50)
          .map((each) => ({ value: each, label: each }))}
        onSearch={setTerm}
        onPick={set}
        onFree={set}
        onClear={() => set(undefined)}
        placeholder={placeholderOf(props, options)}
        disabled={disabled || readonly}
        required={required}
        invalid={(rawErrors?.length ?? 0) > 0}
        describedBy={describedBy(id)}
      />
      <CredentialsNote credentials={credentials} host={host} />
    </>
  );
}
