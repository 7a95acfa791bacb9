//! Steps that show how the actions of GitLab are used.

use super::Example;

pub(super) const EXAMPLES: &[Example] = &[
    Example {
        id: "publish:gitlab",
        shows: "A new project of a group",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      defaultBranch: main
      settings:
        visibility: internal
        topics: [service]
",
    },
    Example {
        id: "publish:gitlab:merge-request",
        shows: "A merge request with the files of the workspace",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      branchName: add-catalog-info
      title: Add catalog-info.yaml
      removeSourceBranch: true
",
    },
    Example {
        id: "gitlab:repo:push",
        shows: "A commit on a branch",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      branchName: main
      commitMessage: Add the service to the deployment
      targetPath: services/my-service
      commitAction: auto
",
    },
    Example {
        id: "gitlab:group:access",
        shows: "Developers of a group",
        input: "      repoUrl: gitlab.com
      path: my-group
      userIds: [42]
      accessLevel: developer
",
    },
    Example {
        id: "gitlab:group:ensureExists",
        shows: "A group in a group",
        input: "      repoUrl: gitlab.com
      path: [my-group, my-team]
",
    },
    Example {
        id: "gitlab:group:migrate",
        shows: "A project of another GitLab",
        input: "      sourceUrl: https://old.example.com/
      sourceFullPath: my-group/my-service
      sourceAccessToken: ${{ secrets.old }}
      destinationUrl: gitlab.com?repo=my-service&owner=my-group
      destinationAccessToken: ${{ secrets.new }}
",
    },
    Example {
        id: "gitlab:issues:create",
        shows: "An issue with a date",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      projectId: ${{ steps.publish.output.projectId }}
      title: Fill in the runbook
      dueDate: \"2026-12-31\"
      labels: documentation
",
    },
    Example {
        id: "gitlab:issue:edit",
        shows: "Close an issue",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      projectId: 7
      issueIid: 3
      stateEvent: close
",
    },
    Example {
        id: "gitlab:pipeline:trigger",
        shows: "A pipeline with variables",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      projectId: 7
      tokenDescription: For this run
      branch: main
      variables:
        ENVIRONMENT: staging
",
    },
    Example {
        id: "gitlab:projectAccessToken:create",
        shows: "A token that reads the repository",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      projectId: 7
      name: reader
      accessLevel: 20
      scopes: [read_repository]
",
    },
    Example {
        id: "gitlab:projectDeployToken:create",
        shows: "A token for the registry",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      projectId: 7
      name: registry
      scopes: [read_registry]
",
    },
    Example {
        id: "gitlab:projectVariable:create",
        shows: "A masked variable",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
      projectId: 7
      key: API_TOKEN
      value: ${{ secrets.api }}
      variableType: env_var
      masked: true
",
    },
    Example {
        id: "gitlab:user:info",
        shows: "Whose the token is",
        input: "      repoUrl: gitlab.com?repo=my-service&owner=my-group
",
    },
];
