// What each field of a form does, its options, and an example to begin with.

export type FieldOption = { name: string; about: string };
export type FieldDoc = { name: string; about: string; options: FieldOption[]; example: string };

const option = (name: string, about: string): FieldOption => ({ name, about });

const CATALOG_FILTER = option(
  'catalogFilter',
  'Which entities may be chosen: a record of keys with a value, a list of values, or {exists: true}; or a list of records of which one must hold',
);
const DEFAULT_KIND = option('defaultKind', 'The kind of a reference that is typed without one');
const DEFAULT_NAMESPACE = option(
  'defaultNamespace',
  'The namespace of a reference that is typed without one; false for none',
);
const ARBITRARY = option(
  'allowArbitraryValues',
  'Whether a reference may be typed that is not in the catalog (true if not said)',
);
const ALLOWED_KINDS = option('allowedKinds', 'The kinds that may be chosen; catalogFilter says more');
const CREDENTIALS = option(
  'requestUserCredentials',
  'Asks for a token of the person: secretsKey is the name of the secret, additionalScopes what it must be good for besides the usual',
);

export const FIELD_DOCS: FieldDoc[] = [
  {
    name: 'EntityPicker',
    about: 'One entity of the catalog, as its reference',
    options: [
      CATALOG_FILTER,
      DEFAULT_KIND,
      DEFAULT_NAMESPACE,
      ARBITRARY,
      ALLOWED_KINDS,
      option('autoSelect', 'Takes what is typed when one leaves the box'),
    ],
    example: `title: Depends on
type: string
ui:field: EntityPicker
ui:options:
  allowArbitraryValues: false
  catalogFilter:
    kind: Component
    spec.type: service
`,
  },
  {
    name: 'OwnerPicker',
    about: 'A group or a user, as its reference',
    options: [CATALOG_FILTER, ALLOWED_KINDS, ARBITRARY, DEFAULT_NAMESPACE],
    example: `title: Owner
type: string
ui:field: OwnerPicker
ui:options:
  catalogFilter:
    kind: Group
`,
  },
  {
    name: 'OwnedEntityPicker',
    about: 'One entity that the person or a group of theirs owns',
    options: [CATALOG_FILTER, DEFAULT_KIND, DEFAULT_NAMESPACE, ARBITRARY],
    example: `title: Your component
type: string
ui:field: OwnedEntityPicker
ui:options:
  catalogFilter:
    kind: Component
`,
  },
  {
    name: 'MultiEntityPicker',
    about: 'Several entities of the catalog, as a list of references',
    options: [CATALOG_FILTER, DEFAULT_KIND, DEFAULT_NAMESPACE, ARBITRARY],
    example: `title: Consumes
type: array
items:
  type: string
ui:field: MultiEntityPicker
ui:options:
  catalogFilter:
    kind: API
`,
  },
  {
    name: 'MyGroupsPicker',
    about: 'One of the groups that the person is a member of',
    options: [],
    example: `title: Team
type: string
ui:field: MyGroupsPicker
`,
  },
  {
    name: 'EntityNamePicker',
    about: 'A name that the catalog takes',
    options: [],
    example: `title: Name
type: string
maxLength: 40
ui:field: EntityNamePicker
`,
  },
  {
    name: 'EntityTagsPicker',
    about: 'Tags, with those that are in use offered first',
    options: [
      option('kinds', 'The kinds whose tags are offered; all if not said'),
      option('showCounts', 'Whether it says how often each is in use'),
      option('helperText', 'A hint below the box'),
    ],
    example: `title: Tags
type: array
items:
  type: string
ui:field: EntityTagsPicker
ui:options:
  kinds:
    - Component
  showCounts: true
`,
  },
  {
    name: 'RepoUrlPicker',
    about: 'A repository on a source host, as the publish actions take it',
    options: [
      option('allowedHosts', 'The hosts to choose from; all that this server knows if not said'),
      option('allowedOrganizations', 'Azure DevOps: the organizations to choose from'),
      option('allowedOwners', 'The owners or workspaces to choose from'),
      option('allowedProjects', 'The projects to choose from'),
      option('allowedRepos', 'The names to choose from'),
      option('ownerLabel', 'The label of the owner'),
      option('ownerDescription', 'A hint below the owner'),
      option('repoLabel', 'The label of the name'),
      option('repoDescription', 'A hint below the name'),
      option('disableRepoAutocomplete', 'Offers no repositories that exist already'),
      CREDENTIALS,
    ],
    example: `title: Repository
type: string
ui:field: RepoUrlPicker
ui:options:
  allowedHosts:
    - github.com
    - gitlab.com
`,
  },
  {
    name: 'RepoBranchPicker',
    about: 'A branch of the repository that is chosen elsewhere in the form',
    options: [CREDENTIALS],
    example: `title: Branch
type: string
default: main
ui:field: RepoBranchPicker
`,
  },
  {
    name: 'RepoOwnerPicker',
    about: 'An owner of repositories on a source host',
    options: [
      option('host', 'The source host'),
      option('excludedOwners', 'Owners that are not offered'),
      CREDENTIALS,
    ],
    example: `title: Owner of the repository
type: string
ui:field: RepoOwnerPicker
ui:options:
  host: github.com
`,
  },
  {
    name: 'Secret',
    about:
      'A secret: steps find it under secrets, the form holds asterisks, and it is deleted when the task ends',
    options: [],
    example: `title: Token
type: string
ui:field: Secret
`,
  },
];

/** Plain boxes, which need no field. */
export const WIDGET_EXAMPLES: { name: string; example: string }[] = [
  {
    name: 'Text',
    example: 'title: Name\ntype: string\nminLength: 3\nui:placeholder: lower case, with dashes\n',
  },
  {
    name: 'Text of several lines',
    example: 'title: Description\ntype: string\nui:widget: textarea\nui:options:\n  rows: 5\n',
  },
  {
    name: 'One of several values',
    example:
      'title: Size\ntype: string\nenum: [small, medium, large]\nenumNames: [Small, Medium, Large]\ndefault: small\nui:widget: radio\n',
  },
  {
    name: 'Some of several values',
    example:
      'title: Environments\ntype: array\nitems:\n  type: string\n  enum: [test, staging, production]\nuniqueItems: true\nui:widget: checkboxes\n',
  },
  { name: 'Yes or no', example: 'title: With a pipeline\ntype: boolean\ndefault: true\n' },
  {
    name: 'Number',
    example: 'title: Replicas\ntype: integer\nminimum: 1\nmaximum: 9\ndefault: 2\nui:widget: updown\n',
  },
  {
    name: 'List of objects',
    example:
      'title: Ports\ntype: array\nminItems: 1\nitems:\n  type: object\n  required: [number]\n  properties:\n    number:\n      title: Number\n      type: integer\n    public:\n      title: Public\n      type: boolean\n',
  },
];
