// Templates to begin with: small, whole, and able to be run dry on any server.

import type { Project } from './project';

type Start = { id: string; title: string; about: string; files: Record<string, string> };

const SERVICE = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: my-service
  title: My service
  description: A repository with a readme and a catalog file
  tags:
    - recommended
spec:
  owner: group:default/my-team
  type: service
  parameters:
    - title: About the service
      required:
        - name
        - owner
      properties:
        name:
          title: Name
          type: string
          description: Lower case, with dashes
          maxLength: 40
          ui:field: EntityNamePicker
          ui:autofocus: true
        description:
          title: Description
          type: string
          ui:widget: textarea
        owner:
          title: Owner
          type: string
          ui:field: OwnerPicker
          ui:options:
            catalogFilter:
              kind: Group
    - title: Where it goes
      required:
        - repoUrl
      properties:
        repoUrl:
          title: Repository
          type: string
          ui:field: RepoUrlPicker
  steps:
    - id: fetch
      name: Fetch the skeleton
      action: fetch:template
      input:
        url: ./skeleton
        values:
          name: \${{ parameters.name }}
          description: \${{ parameters.description }}
          owner: \${{ parameters.owner }}
    - id: publish
      name: Publish
      action: publish:github
      input:
        repoUrl: \${{ parameters.repoUrl }}
        defaultBranch: main
    - id: register
      name: Register
      action: catalog:register
      input:
        repoContentsUrl: \${{ steps.publish.output.repoContentsUrl }}
        catalogInfoPath: /catalog-info.yaml
  output:
    links:
      - title: Repository
        url: \${{ steps.publish.output.remoteUrl }}
      - title: Open in the catalog
        entityRef: \${{ steps.register.output.entityRef }}
`;

const CATALOG_INFO = `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: \${{ values.name | dump }}
  {%- if values.description %}
  description: \${{ values.description | dump }}
  {%- endif %}
spec:
  type: service
  lifecycle: experimental
  owner: \${{ values.owner | dump }}
`;

const README = `# \${{ values.name }}

\${{ values.description }}
`;

const HELLO = `apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: hello
  title: Hello
  description: The smallest template that does something
spec:
  owner: group:default/my-team
  type: service
  parameters:
    - title: Whom to greet
      required:
        - name
      properties:
        name:
          title: Name
          type: string
          default: world
  steps:
    - id: greet
      name: Greet
      action: debug:log
      input:
        message: Hello \${{ parameters.name }}
  output:
    text:
      - title: Done
        content: |
          **\${{ parameters.name }}** has been greeted.
`;

export const STARTS: Start[] = [
  {
    id: 'service',
    title: 'A service',
    about: 'A form of two pages, a skeleton, a repository, and its entry in the catalog',
    files: {
      'template.yaml': SERVICE,
      'skeleton/README.md': README,
      'skeleton/catalog-info.yaml': CATALOG_INFO,
    },
  },
  {
    id: 'hello',
    title: 'Hello',
    about: 'One value, one step, one text at the end',
    files: { 'template.yaml': HELLO },
  },
];

export function projectOfStart({ title, files }: Start): Project {
  return {
    name: title,
    files: Object.entries(files)
      .map(([path, text]) => ({ path, text, bytes: undefined, saved: text }))
      .sort((a, b) => a.path.localeCompare(b.path)),
  };
}
