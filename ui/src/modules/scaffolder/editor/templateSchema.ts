// What may stand where in a template (scaffolder.backstage.io/v1beta3), for completion.

export type Offer = { label: string; about?: string | undefined; detail?: string | undefined };

const offers = (text: Record<string, string>): Offer[] =>
  Object.entries(text).map(([label, about]) => ({ label, about }));

const ROOT = offers({
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: 'Name, title, description, tags',
  spec: 'Owner, type, parameters, steps, output',
});

const METADATA = offers({
  name: 'The name in the catalog',
  namespace: 'The namespace in the catalog',
  title: 'What people call it',
  description: 'What it makes, in one sentence',
  tags: 'Words to find it by',
  annotations: 'Keys and values for plugins',
  labels: 'Keys and values to select by',
  links: 'Where more is to be found',
});

const SPEC = offers({
  owner: 'Who looks after this template',
  type: 'What it makes: service, website, library',
  lifecycle: 'experimental, production or deprecated',
  parameters: 'The pages of the form',
  steps: 'What is done, in order',
  output: 'Links and texts at the end',
  presentation: 'Words on the buttons of the form',
  secrets: 'A schema for the secrets of a task',
  EXPERIMENTAL_recovery: 'What becomes of a task that was cut off',
});

const STEP = offers({
  id: 'The name that outputs are found under',
  name: 'What people read while it runs',
  action: 'What is done',
  input: 'What it is done with',
  if: 'Only if this is true',
  each: 'Once for each value of a list or an object',
  'backstage:permissions': 'Tags that permissions look at',
  idempotent: 'May be run again after it was cut off',
  continueOnError: 'Goes on if it fails',
  approval: 'Waits for somebody to say yes',
  timeout: 'How long it may take, such as 10m',
});

const APPROVAL = offers({
  approvers: 'Users, groups, roles, entities whose owners decide, or owner',
  message: 'What it is about',
});

const PAGE = offers({
  title: 'The heading of the page',
  description: 'What the page is about',
  required: 'Names of values that must be given',
  properties: 'The values that the page asks for',
  dependencies: 'What is asked for only if another value is given',
  allOf: 'Conditions, with if, then and else',
  'ui:order': 'The order of the values',
  'backstage:featureFlag': 'Shown only if this flag is on',
  'backstage:permissions': 'Tags that permissions look at',
});

const PROPERTY = offers({
  title: 'The label',
  type: 'string, number, integer, boolean, array or object',
  description: 'What stands below the label',
  default: 'The value to begin with',
  enum: 'The values to choose from',
  enumNames: 'What these values are called',
  pattern: 'A regular expression that it must match',
  minLength: 'The least number of characters',
  maxLength: 'The largest number of characters',
  minimum: 'The least number',
  maximum: 'The largest number',
  items: 'What each item of a list is',
  minItems: 'The least number of items',
  maxItems: 'The largest number of items',
  uniqueItems: 'No item twice',
  properties: 'The values inside',
  required: 'Names of values that must be given',
  format: 'email, uri, date, data-url',
  const: 'The only value',
  'ui:field': 'A field that knows what is asked for',
  'ui:widget': 'How the box looks',
  'ui:options': 'Settings of the field',
  'ui:autofocus': 'Where one begins to type',
  'ui:help': 'A hint below the box',
  'ui:placeholder': 'What stands in the empty box',
  'ui:disabled': 'Cannot be changed',
  'ui:readonly': 'Can be read only',
  'ui:backstage': 'How the review shows it',
});

const OUTPUT = offers({ links: 'Buttons at the end', text: 'Texts at the end' });
const LINK = offers({
  title: 'What stands on the button',
  url: 'Where it leads',
  entityRef: 'The entity that it leads to',
  icon: 'Its icon',
  if: 'Only if this is true',
});
const TEXT = offers({
  title: 'The heading',
  content: 'Markdown',
  icon: 'Its icon',
  if: 'Only if this is true',
});
const BUTTONS = offers({
  backButtonText: 'On the button to the page before',
  createButtonText: 'On the button that creates',
  reviewButtonText: 'On the button to the review',
});

/** Keys by where they stand; a later pattern wins over an earlier one. */
const KEYS: [RegExp, Offer[]][] = [
  [/^$/, ROOT],
  [/^metadata$/, METADATA],
  [/^spec$/, SPEC],
  [/^spec\.steps\.\[\]$/, STEP],
  [/^spec\.parameters(\.\[\])?$/, PAGE],
  [/^spec\.parameters\..*?properties\.[^.]+$/, PROPERTY],
  [/^spec\.parameters\..*?items$/, PROPERTY],
  [/^spec\.parameters\..*(oneOf|anyOf|allOf)\.\[\]$/, PAGE],
  [/^spec\.parameters\..*(if|then|else)$/, PAGE],
  [/^spec\.steps\.\[\]\.approval$/, APPROVAL],
  [/^spec\.output$/, OUTPUT],
  [/^spec\.output\.links\.\[\]$/, LINK],
  [/^spec\.output\.text\.\[\]$/, TEXT],
  [/^spec\.presentation$/, offers({ buttonLabels: 'Words on the buttons of the form' })],
  [/^spec\.presentation\.buttonLabels$/, BUTTONS],
];

export function keysAt(path: string[]): Offer[] {
  const text = path.join('.');
  return KEYS.findLast(([pattern]) => pattern.test(text))?.[1] ?? [];
}

const VALUES: [RegExp, Offer[]][] = [
  [/^apiVersion$/, offers({ 'scaffolder.backstage.io/v1beta3': '' })],
  [/^kind$/, offers({ Template: '' })],
  [/^spec\.type$/, offers({ service: '', website: '', library: '', documentation: '' })],
  [/^spec\.lifecycle$/, offers({ experimental: '', production: '', deprecated: '' })],
  [
    /^spec\.parameters\..*\.type$/,
    offers({ string: '', number: '', integer: '', boolean: '', array: '', object: '' }),
  ],
  [
    /^spec\.parameters\..*\.ui:widget$/,
    offers({
      textarea: '',
      password: '',
      radio: '',
      select: '',
      checkboxes: '',
      updown: '',
      range: '',
      date: '',
      hidden: '',
    }),
  ],
  [
    /^spec\.parameters\..*\.format$/,
    offers({ email: '', uri: '', date: '', 'date-time': '', 'data-url': '' }),
  ],
];

export function valuesAt(path: string[], key: string): Offer[] {
  const text = [...path, key].join('.');
  return VALUES.find(([pattern]) => pattern.test(text))?.[1] ?? [];
}
