"""What to paste where, so that a product sends its events to this source's address. Pure."""

from __future__ import annotations

from dataclasses import dataclass

SECRET = "$SLIPWAY_EVENTS_SECRET"  # noqa: S105 - a name for it


@dataclass(frozen=True, slots=True)
class Snippet:
    """A step: what to do, and the text for it."""

    title: str
    words: str
    code: str = ""


def of(kind: str, address: str) -> list[Snippet]:
    """The steps for a kind of source. The secret is written as a name: it is shown once only."""
    return {
        "github": _github,
        "argo_cd": _argo_cd,
        "jenkins": _jenkins,
        "cdevents": _cdevents,
    }[kind](address)


def _github(address: str) -> list[Snippet]:
    return [
        Snippet(
            "Add a webhook",
            "In the repository’s or the organisation’s settings, under Webhooks. Choose the type "
            "application/json and these events: Deployments, Deployment statuses, Workflow runs, "
            "Pushes. Pushes tell when commits were made, without which there is no lead time.",
            f"Payload URL   {address}\nContent type  application/json\nSecret        {SECRET}",
        ),
        Snippet(
            "Or by program",
            "With GitHub’s command line and a token that may manage webhooks.",
            "gh api repos/OWNER/REPOSITORY/hooks -f name=web -F active=true \\\n"
            "  -f 'events[]=deployment' -f 'events[]=deployment_status' \\\n"
            "  -f 'events[]=workflow_run' -f 'events[]=push' \\\n"
            f"  -f 'config[url]={address}' \\\n"
            f'  -f config[content_type]=json -f "config[secret]={SECRET}"',
        ),
    ]


def _argo_cd(address: str) -> list[Snippet]:
    return [
        Snippet(
            "Keep the secret in the cluster",
            "Argo CD’s notifications read it from there.",
            "kubectl -n argocd patch secret argocd-notifications-secret --type merge \\\n"
            f'  -p "{{\\"stringData\\": {{\\"slipway-secret\\": \\"{SECRET}\\"}}}}"',
        ),
        Snippet(
            "Add service, template and triggers",
            "To argocd-notifications-cm. The environment is the label of that name at the "
            "application, or else its namespace.",
            ARGO_CD.replace("ADDRESS", address),
        ),
        Snippet(
            "Subscribe applications",
            "One, or all of a project by its defaults.",
            "kubectl -n argocd annotate application NAME \\\n"
            "  notifications.argoproj.io/subscribe.slipway-sync.slipway=",
        ),
    ]


ARGO_CD = """data:
  service.webhook.slipway: |
    url: ADDRESS
    headers:
      - {name: Authorization, value: Bearer $slipway-secret}
      - {name: Content-Type, value: application/json}
  template.slipway: |
    webhook:
      slipway:
        method: POST
        body: |
          {"application": {{toJson .app.metadata.name}},
           "environment": {{toJson (or .app.metadata.labels.environment
             .app.spec.destination.namespace)}},
           "phase": {{toJson .app.status.operationState.phase}},
           "health": {{toJson .app.status.health.status}},
           "startedAt": {{toJson .app.status.operationState.startedAt}},
           "finishedAt": {{toJson .app.status.operationState.finishedAt}},
           "message": {{toJson .app.status.operationState.message}},
           "revision": {{toJson .app.status.operationState.syncResult.revision}},
           "repository": {{toJson .app.spec.source.repoURL}},
           "fixes": {{toJson .app.metadata.annotations.fixes}},
           "url": "{{.context.argocdUrl}}/applications/{{.app.metadata.name}}"}
  trigger.slipway-sync: |
    - when: app.status?.operationState.phase in ['Running', 'Succeeded', 'Failed', 'Error']
      oncePer: app.status?.operationState.startedAt + app.status?.operationState.phase
      send: [slipway]
    - when: app.status?.health.status == 'Degraded'
      oncePer: app.status?.operationState.startedAt
      send: [slipway]"""


def _jenkins(address: str) -> list[Snippet]:
    return [
        Snippet(
            "In a pipeline",
            "As the last thing it does. With the commits since the last build, a lead time can be "
            "counted; jq writes them.",
            JENKINS.replace("ADDRESS", address),
        ),
        Snippet(
            "Or by the Notification plugin",
            "Add an endpoint to the job: format JSON, protocol HTTP, all events. The secret is the "
            "password in the address. A parameter called environment says where it deploys; of a "
            "job that has none, say which environment its name means.",
            f"{_with_password(address)}",
        ),
    ]


def _with_password(address: str) -> str:
    scheme, _, rest = address.partition("://")
    return f"{scheme}://jenkins:{SECRET}@{rest}"


JENKINS = """post {
  always {
    withCredentials([string(credentialsId: 'slipway-events', variable: 'SLIPWAY_EVENTS_SECRET')]) {
      sh '''
        git log -50 --format='{"sha": "%H", "authored_at": "%aI", "committed_at": "%cI"}' \\
            ${GIT_PREVIOUS_SUCCESSFUL_COMMIT:+$GIT_PREVIOUS_SUCCESSFUL_COMMIT..}HEAD |
          jq --slurp --arg job "$JOB_NAME" --arg status "$SLIPWAY_STATUS" '{name: $job, build: {
            number: env.BUILD_NUMBER, phase: "FINALIZED", status: $status, full_url: env.BUILD_URL,
            parameters: {environment: env.DEPLOY_TO},
            scm: {url: env.GIT_URL, branch: env.GIT_BRANCH, commit: env.GIT_COMMIT},
            commits: .}}' |
          curl -sS --fail-with-body ADDRESS -H "Content-Type: application/json" \\
            -H "Authorization: Bearer $SLIPWAY_EVENTS_SECRET" --data-binary @-
      '''
    }
  }
}"""


def _cdevents(address: str) -> list[Snippet]:
    return [
        Snippet(
            "Send CloudEvents over HTTP",
            "Binary, structured or in batches. Read are service.deployed, upgraded and rolledback, "
            "pipelinerun, change.merged and incident, of any version.",
            CDEVENTS.replace("ADDRESS", address),
        )
    ]


CDEVENTS = """curl -sS --fail-with-body ADDRESS \\
  -H "Authorization: Bearer $SLIPWAY_EVENTS_SECRET" \\
  -H "Content-Type: application/json" -H "ce-specversion: 1.0" \\
  -H "ce-id: $(uuidgen)" -H "ce-source: /ci/checkout" \\
  -H "ce-type: dev.cdevents.service.deployed.0.3.0" \\
  --data '{"context": {"timestamp": "'$(date -u +%FT%TZ)'"},
    "subject": {"id": "checkout", "content": {"environment": {"id": "production"},
      "artifactId": "pkg:oci/checkout@1.4.2"}},
    "customData": {"commit": "'$(git rev-parse HEAD)'", "repository": "acme/checkout"}}'"""
