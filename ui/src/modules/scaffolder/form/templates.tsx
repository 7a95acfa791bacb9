// How the parts of a form are drawn: label, text, box, what is wrong; groups; lists with their buttons.

import {
  type ArrayFieldItemTemplateProps,
  type ArrayFieldTemplateProps,
  buttonId,
  canExpand,
  type DescriptionFieldProps,
  errorId,
  type FieldErrorProps,
  type FieldHelpProps,
  type FieldTemplateProps,
  helpId,
  type IconButtonProps,
  type ObjectFieldTemplateProps,
  type TemplatesType,
  type WrapIfAdditionalTemplateProps,
} from '@rjsf/utils';
import { IconArrowDown, IconArrowUp, IconCopy, IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Button, IconButton } from '@/components/Button';
import Markdown from '@/components/Markdown';
import { Notice } from '@/components/Notice';
import styles from './Form.module.css';
import { UNKNOWN } from './toForm';

/** Fields of several boxes: their label names the group. */
const GROUPS = new Set(['RepoUrlPicker']);
const ADDITIONAL = '__additional_property';

function Label({ props, own }: { props: FieldTemplateProps; own: string | undefined }) {
  const { id, label, required } = props;
  const words = (
    <>
      {label}
      {required ? (
        <span className={styles.required} aria-hidden>
          *
        </span>
      ) : null}
    </>
  );
  if (own && GROUPS.has(own)) {
    return (
      <div id={`${id}-label`} className={styles.label}>
        {words}
      </div>
    );
  }
  return (
    <label htmlFor={id} className={styles.label}>
      {words}
    </label>
  );
}

function FieldTemplate(props: FieldTemplateProps) {
  const {
    children,
    errors,
    help,
    description,
    rawDescription,
    hidden,
    displayLabel,
    uiSchema,
    schema,
    registry,
  } = props;
  if (hidden) return <div hidden>{children}</div>;
  const field = uiSchema?.['ui:field'];
  const own = typeof field === 'string' ? field : undefined;
  const checkbox = schema.type === 'boolean' && (uiSchema?.['ui:widget'] ?? 'checkbox') === 'checkbox';
  const labelled = (displayLabel || own !== undefined) && !checkbox;
  const unknown: unknown = uiSchema?.[UNKNOWN];
  const Wrap = registry.templates.WrapIfAdditionalTemplate;
  return (
    <Wrap {...props}>
      {labelled ? <Label props={props} own={own} /> : null}
      {labelled && rawDescription ? description : null}
      {typeof unknown === 'string' ? (
        <div className={styles.unknown}>
          <Notice level="warning" title={`This portal has no ${unknown}`}>
            The template asks for it here. A plain box is shown in its place; what it should hold, the
            template's owner knows.
          </Notice>
        </div>
      ) : null}
      {children}
      {errors}
      {help}
    </Wrap>
  );
}

function WrapIfAdditional(props: WrapIfAdditionalTemplateProps) {
  const { id, label, schema, children, disabled, readonly, onKeyRenameBlur, onRemoveProperty, classNames } =
    props;
  const extra = typeof props.uiSchema?.['ui:classNames'] === 'string' ? '' : (classNames ?? '');
  if (!(ADDITIONAL in schema)) return <div className={`${styles.field} ${extra}`}>{children}</div>;
  return (
    <div className={styles.pair}>
      <div className={styles.key}>
        <label htmlFor={`${id}-key`} className={styles.label}>
          Name
        </label>
        <input
          key={label}
          id={`${id}-key`}
          className="form-control"
          type="text"
          defaultValue={label}
          disabled={disabled || readonly}
          onBlur={onKeyRenameBlur as never}
        />
      </div>
      <div className={styles.pairValue}>{children}</div>
      <IconButton label={`Remove ${label}`} disabled={disabled || readonly} onClick={onRemoveProperty}>
        <IconTrash size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

function ObjectFieldTemplate(props: ObjectFieldTemplateProps) {
  const {
    title,
    description,
    properties,
    schema,
    uiSchema,
    formData,
    fieldPathId,
    disabled,
    readonly,
    onAddProperty,
  } = props;
  const root = fieldPathId.path.length === 0;
  const add = canExpand(schema, uiSchema, formData) ? (
    <div>
      <Button small id={buttonId(fieldPathId, 'add')} disabled={disabled || readonly} onClick={onAddProperty}>
        <IconPlus size={15} aria-hidden />
        Add
      </Button>
    </div>
  ) : null;
  const content = properties.map((property) => property.content);
  if (root) {
    return (
      <div className={styles.fields}>
        {content}
        {add}
      </div>
    );
  }
  if (content.length === 0 && !add) return null;
  return (
    <fieldset className={styles.group} id={fieldPathId.$id}>
      {title ? <legend className={styles.legend}>{title}</legend> : null}
      {description ? <Description text={description} /> : null}
      <div className={styles.fields}>
        {content}
        {add}
      </div>
    </fieldset>
  );
}

function Description({ id, text }: { id?: string; text: ReactNode }) {
  return (
    <div className={styles.description} id={id}>
      {typeof text === 'string' ? <Markdown text={text} /> : text}
    </div>
  );
}

function DescriptionFieldTemplate({ id, description }: DescriptionFieldProps) {
  return description ? <Description id={id} text={description} /> : null;
}

function FieldHelpTemplate({ help, fieldPathId }: FieldHelpProps) {
  return help ? <Description id={helpId(fieldPathId)} text={help} /> : null;
}

function FieldErrorTemplate({ errors = [], fieldPathId }: FieldErrorProps) {
  const texts = [...new Set(errors.filter((error): error is string => typeof error === 'string'))];
  if (texts.length === 0) return null;
  return (
    <div className={styles.errors} id={errorId(fieldPathId)} role="alert">
      {texts.map((error) => (
        <p key={error}>{error}</p>
      ))}
    </div>
  );
}

function ArrayFieldTemplate(props: ArrayFieldTemplateProps) {
  const { title, items, canAdd, onAddClick, schema, uiSchema, fieldPathId, disabled, readonly, required } =
    props;
  const description = uiSchema?.['ui:description'] ?? schema.description;
  return (
    <fieldset className={styles.list} id={fieldPathId.$id}>
      <legend className={styles.label}>
        {title}
        {required ? (
          <span className={styles.required} aria-hidden>
            *
          </span>
        ) : null}
      </legend>
      {description ? <Description text={description} /> : null}
      {items}
      {canAdd ? (
        <div>
          <Button
            small
            id={buttonId(fieldPathId, 'add')}
            disabled={disabled || readonly}
            onClick={onAddClick}
          >
            <IconPlus size={15} aria-hidden />
            Add
          </Button>
        </div>
      ) : null}
    </fieldset>
  );
}

function ArrayFieldItemTemplate(props: ArrayFieldItemTemplateProps) {
  const { children, buttonsProps, hasToolbar, index } = props;
  const { disabled, readonly, hasMoveUp, hasMoveDown, hasCopy, hasRemove } = buttonsProps;
  const off = disabled || readonly;
  return (
    <div className={styles.item}>
      <div className={styles.itemBody}>{children}</div>
      {hasToolbar ? (
        <div className={styles.itemButtons}>
          {hasMoveUp || hasMoveDown ? (
            <>
              <IconButton
                small
                label={`Move item ${index + 1} up`}
                disabled={off || !hasMoveUp}
                onClick={buttonsProps.onMoveUpItem}
              >
                <IconArrowUp size={15} aria-hidden />
              </IconButton>
              <IconButton
                small
                label={`Move item ${index + 1} down`}
                disabled={off || !hasMoveDown}
                onClick={buttonsProps.onMoveDownItem}
              >
                <IconArrowDown size={15} aria-hidden />
              </IconButton>
            </>
          ) : null}
          {hasCopy ? (
            <IconButton
              small
              label={`Copy item ${index + 1}`}
              disabled={off}
              onClick={buttonsProps.onCopyItem}
            >
              <IconCopy size={15} aria-hidden />
            </IconButton>
          ) : null}
          {hasRemove ? (
            <IconButton
              small
              label={`Remove item ${index + 1}`}
              disabled={off}
              onClick={buttonsProps.onRemoveItem}
            >
              <IconTrash size={15} aria-hidden />
            </IconButton>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function RemoveButton({ onClick, disabled }: IconButtonProps) {
  return (
    <IconButton small label="Remove" disabled={disabled} onClick={onClick}>
      <IconTrash size={15} aria-hidden />
    </IconButton>
  );
}

export const templates = {
  FieldTemplate,
  ObjectFieldTemplate,
  ArrayFieldTemplate,
  ArrayFieldItemTemplate,
  DescriptionFieldTemplate,
  FieldHelpTemplate,
  FieldErrorTemplate,
  WrapIfAdditionalTemplate: WrapIfAdditional,
  ButtonTemplates: { RemoveButton },
} satisfies Partial<Omit<TemplatesType, 'ButtonTemplates'>> & {
  ButtonTemplates: Partial<TemplatesType['ButtonTemplates']>;
};
