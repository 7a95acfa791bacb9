//! Steps that show how the actions of the other hosts and of plugins are used.

use super::Example;

pub(super) const EXAMPLES: &[Example] = &[
    Example {
        id: "publish:bitbucketCloud",
        shows: "A new repository of a project",
        input: "      repoUrl: bitbucket.org?workspace=my-workspace&project=PRJ&repo=my-service
      defaultBranch: main
",
    },
    Example {
        id: "publish:bitbucketCloud:pull-request",
        shows: "A pull request with the files of the workspace",
        input: "      repoUrl: bitbucket.org?workspace=my-workspace&project=PRJ&repo=my-service
      title: Add catalog-info.yaml
      sourceBranch: add-catalog-info
",
    },
    Example {
        id: "bitbucketCloud:branchRestriction:create",
        shows: "Two approvals before a merge",
        input: "      repoUrl: bitbucket.org?workspace=my-workspace&project=PRJ&repo=my-service
      kind: require_approvals_to_merge
      branchMatchKind: glob
      pattern: main
      value: 2
",
    },
    Example {
        id: "bitbucket:pipelines:run",
        shows: "The default pipeline of a branch",
        input: "      workspace: my-workspace
      repo_slug: my-service
      body:
        target:
          type: pipeline_ref_target
          ref_type: branch
          ref_name: main
",
    },
    Example {
        id: "publish:bitbucketServer",
        shows: "A new repository of a project",
        input: "      repoUrl: bitbucket.example.com?project=PRJ&repo=my-service
      defaultBranch: main
",
    },
    Example {
        id: "publish:bitbucketServer:pull-request",
        shows: "A pull request with the files of the workspace",
        input: "      repoUrl: bitbucket.example.com?project=PRJ&repo=my-service
      title: Add catalog-info.yaml
      sourceBranch: add-catalog-info
      reviewers: [ada]
",
    },
    Example {
        id: "publish:azure",
        shows: "A new repository of a project",
        input: "      repoUrl: dev.azure.com?organization=my-org&project=my-project&repo=my-service
      defaultBranch: main
",
    },
    Example {
        id: "publish:gitea",
        shows: "A new repository of an organization",
        input: "      repoUrl: gitea.example.com?repo=my-service&owner=my-org
      description: What it is for
      defaultBranch: main
",
    },
    Example {
        id: "publish:gerrit",
        shows: "A new project below a parent",
        input: "      repoUrl: gerrit.example.com?workspace=All-Projects&owner=my-team&repo=my-service
      description: What it is for
      defaultBranch: main
",
    },
    Example {
        id: "publish:gerrit:review",
        shows: "A change for a branch",
        input: "      repoUrl: gerrit.example.com?repo=my-service
      branch: main
      gitCommitMessage: Add catalog-info.yaml
",
    },
    Example {
        id: "http:backstage:request",
        shows: "An entity of the catalog",
        input: "      method: GET
      path: /catalog/entities/by-name/group/default/team-a
",
    },
];
