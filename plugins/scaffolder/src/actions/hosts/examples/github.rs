//! Steps that show how the actions of GitHub are used.

use super::Example;

pub(super) const EXAMPLES: &[Example] = &[
    Example {
        id: "publish:github",
        shows: "A new repository of an organization",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      description: What it is for
      defaultBranch: main
      repoVisibility: internal
      requiredStatusCheckContexts: [build]
      topics: [service]
",
    },
    Example {
        id: "publish:github:pull-request",
        shows: "A pull request with the files of the workspace",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      branchName: add-catalog-info
      title: Add catalog-info.yaml
      description: So that the portal knows this service
      reviewers: [ada]
",
    },
    Example {
        id: "github:repo:create",
        shows: "A repository that is filled later",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      repoVisibility: private
      collaborators:
        - team: team-a
          access: push
",
    },
    Example {
        id: "github:repo:push",
        shows: "The first commit of a repository that is there",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      defaultBranch: main
      sourcePath: service
      protectDefaultBranch: false
",
    },
    Example {
        id: "github:webhook",
        shows: "Tell a build server of pushes",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      webhookUrl: https://ci.example.com/hooks/github
      webhookSecret: ${{ secrets.hook }}
      events: [push, pull_request]
      contentType: json
",
    },
    Example {
        id: "github:issues:create",
        shows: "An issue with labels",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      title: Fill in the runbook
      body: The template left it empty.
      labels: [documentation]
",
    },
    Example {
        id: "github:issues:label",
        shows: "Labels for a pull request",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      number: ${{ steps.pull.output.pullRequestNumber }}
      labels: [scaffolded]
",
    },
    Example {
        id: "github:branch-protection:create",
        shows: "Two approvals and a build for the default branch",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      requiredApprovingReviewCount: 2
      requiredStatusCheckContexts: [build]
",
    },
    Example {
        id: "github:actions:dispatch",
        shows: "Start a workflow with inputs",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      workflowId: deploy.yaml
      branchOrTagName: main
      workflowInputs:
        environment: staging
",
    },
    Example {
        id: "github:environment:create",
        shows: "An environment that somebody must approve",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      name: production
      reviewers: [\"group:default/team-a\"]
      deploymentBranchPolicy:
        protected_branches: true
        custom_branch_policies: false
      environmentVariables:
        REGION: eu-west-1
",
    },
    Example {
        id: "github:deployKey:create",
        shows: "A deploy key, and its private half as a secret",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      deployKeyName: Deploy
      publicKey: ${{ steps.keys.output.publicKey }}
      privateKey: ${{ steps.keys.output.privateKey }}
",
    },
    Example {
        id: "github:autolinks:create",
        shows: "Ticket numbers become links",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      keyPrefix: TICKET-
      urlTemplate: https://tickets.example.com/<num>
",
    },
    Example {
        id: "github:pages:enable",
        shows: "A site that a workflow builds",
        input: "      repoUrl: github.com?repo=my-service&owner=my-org
      buildType: workflow
",
    },
];
