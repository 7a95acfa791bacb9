// The fields that a template can name in `ui:field`.

import type { Field, RegistryFieldsType, RJSFSchema } from '@rjsf/utils';
import { RepoBranchPickerField, RepoOwnerPickerField, RepoUrlPickerField } from '../repo/RepoFields';
import { OBJECT_TEXT } from '../toForm';
import {
  EntityPickerField,
  MyGroupsPickerField,
  OwnedEntityPickerField,
  OwnerPickerField,
} from './EntityField';
import type { FormContext } from './field';
import { EntityTagsPickerField, MultiEntityPickerField } from './ListFields';
import { ObjectTextField } from './ObjectTextField';
import { EntityNamePickerField, SecretField } from './TextFields';

type Fields = RegistryFieldsType<Record<string, unknown>, RJSFSchema, FormContext>;
const field = (component: unknown) => component as Field<Record<string, unknown>, RJSFSchema, FormContext>;

export const fields: Fields = {
  EntityPicker: field(EntityPickerField),
  OwnerPicker: field(OwnerPickerField),
  OwnedEntityPicker: field(OwnedEntityPickerField),
  MultiEntityPicker: field(MultiEntityPickerField),
  MyGroupsPicker: field(MyGroupsPickerField),
  EntityNamePicker: field(EntityNamePickerField),
  EntityTagsPicker: field(EntityTagsPickerField),
  RepoUrlPicker: field(RepoUrlPickerField),
  RepoBranchPicker: field(RepoBranchPickerField),
  RepoOwnerPicker: field(RepoOwnerPickerField),
  Secret: field(SecretField),
  [OBJECT_TEXT]: field(ObjectTextField),
};

/** Those that templates may name. */
export const FIELD_NAMES: ReadonlySet<string> = new Set(
  Object.keys(fields).filter((name) => name !== OBJECT_TEXT),
);
