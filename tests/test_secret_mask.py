"""The secrets that are masked, and the texts that are not."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from mkdocs_plantrace.editing.command_output import read_output
from mkdocs_plantrace.editing.secret_mask import mask, mask_command

SECRET = "s3cr3tV4lue0123456789"  # noqa: S105 (that of a test)


@pytest.mark.parametrize(
    "text",
    [
        f"password={SECRET}",
        f"DB_PASSWORD: '{SECRET}'",
        f'{{"api_key": "{SECRET}"}}',
        f"Authorization: Bearer {SECRET}",
        f"curl -H 'Authorization: token {SECRET}' https://x",
        f"https://user:{SECRET}@host/path",
        f"postgres://u:{SECRET}/x@host:5432/db",
        f"--password {SECRET} --other",
        f"--db-token={SECRET}",
        f"curl -u me:{SECRET} https://x",
        f"mysql -u root -p{SECRET} db",
        f"aws_secret_access_key = {SECRET}",
        "AKIA" + "S3CR3TV4LUE01234",
        f"ghp_{SECRET}{SECRET}",
        f"glpat-{SECRET}",
        f"xoxb-1234-{SECRET}",
        f"eyJ{SECRET}.{SECRET}.{SECRET}",
        f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
        f"{SECRET}\n{SECRET}\n-----END PRIVATE KEY-----",
        f"Cookie: session={SECRET}",
        f"https://x/y?sig={SECRET}&a=b",
        "token=" + "A" * 3000 + SECRET,
        f"password=ab,{SECRET}",
        f"password='ab'{SECRET}",
        f'password: "ab\\"{SECRET}"',
        f"DBPASS={SECRET}",
        f"passwords: {SECRET}",
        f"postgres://u:p@{SECRET}@host/db",
        f"machine host login me password {SECRET}",
        f"PuTTY-User-Key-File-3: x\nPrivate-Lines: 2\n{SECRET}\n{SECRET}\n",
        f"https://hooks.slack.com/services/T0/B0/{SECRET}",
        f"https://discord.com/api/webhooks/12345/{SECRET}",
        f"https://x.webhook.office.com/webhookb2/{SECRET}",
    ],
)
def test_secrets_are_masked(text):
    masked = mask(text)
    assert SECRET not in masked
    assert "S3CR3T" not in masked
    assert "***" in masked
    assert mask(masked) == masked


HEX = "0123456789abcdef" * 10
WORD = "Aa0Bb1Cc2Dd3Ee4Ff5Gg6Hh7Ii8Jj9" * 6
CAPITALS = "A2B3C4D5E6F7G2H3" * 6
SHAPES = {
    "1Password account key": f"A3-{CAPITALS[:6]}-{CAPITALS[:6]}-" + "-".join([CAPITALS[:5]] * 4),
    "1Password service account": f"ops_eyJ{WORD}",
    "Adobe": f"p8e-{WORD[:32]}",
    "age": f"AGE-SECRET-KEY-1{CAPITALS[:58]}",
    "Airtable": f"pat{WORD[:14]}.{HEX[:64]}",
    "Alibaba Cloud": f"LTAI{WORD[:20]}",
    "Anthropic, OpenAI and others": f"sk-ant-api03-{WORD[:93]}AA",
    "Artifactory": f"AKCp{WORD[:69]}",
    "Atlassian": f"ATATT3{WORD}",
    "AWS": f"ASIA{CAPITALS[:16]}",
    "AWS Bedrock": f"ABSK{WORD[:109]}",
    "Azure": f"abc8Q~{WORD[:34]}",
    "Clojars": f"CLOJARS_{HEX[:60]}",
    "Cloudflare origin": f"v1.0-{HEX[:24]}-{HEX[:146]}",
    "Contentful": f"CFPAT-{WORD[:43]}",
    "crates.io": f"cio{WORD[:32]}",
    "Databricks": f"dapi{HEX[:32]}",
    "DigitalOcean": f"dop_v1_{HEX[:64]}",
    "Discord bot": f"M{WORD[:23]}.{WORD[:6]}.{WORD[:38]}",
    "Docker Hub": f"dckr_pat_{WORD[:27]}",
    "Doppler": f"dp.pt.{WORD[:43]}",
    "Duffel": f"duffel_live_{WORD[:43]}",
    "Dynatrace": f"dt0c01.{CAPITALS[:24]}.{CAPITALS[:64]}",
    "EasyPost": f"EZAK{WORD[:54]}",
    "Facebook": f"EAAM{WORD[:100]}",
    "Figma": f"figd_{WORD[:40]}",
    "Fly.io": f"fo1_{WORD[:43]}",
    "GitHub": f"ghp_{WORD[:36]}",
    "GitLab": f"glpat-{WORD[:20]}",
    "Google": f"GOCSPX-{WORD[:28]}",
    "Grafana": f"glsa_{WORD[:32]}_{HEX[:8]}",
    "Groq": f"gsk_{WORD[:52]}",
    "Heroku": f"HRKU-{WORD[:60]}",
    "Hugging Face": f"hf_{WORD[:34]}",
    "JSON Web Token": f"eyJ{WORD[:30]}.eyJ{WORD[:30]}.{WORD[:43]}",
    "LaunchDarkly": f"sdk-{HEX[:8]}-{HEX[:4]}-{HEX[:4]}-{HEX[:4]}-{HEX[:12]}",
    "Linear": f"lin_api_{WORD[:40]}",
    "Mailchimp": f"{HEX[:32]}-us20",
    "Mailgun": f"key-{HEX[:32]}",
    "Netlify": f"nfp_{WORD[:36]}",
    "New Relic": f"NRAK-{CAPITALS[:27]}",
    "Notion": f"ntn_{WORD[:46]}",
    "npm": f"npm_{WORD[:36]}",
    "NuGet": f"oy2{HEX[:43]}",
    "Octopus Deploy": f"API-{CAPITALS[:26]}",
    "OpenShift": f"sha256~{WORD[:43]}",
    "Perplexity": f"pplx-{WORD[:48]}",
    "PlanetScale": f"pscale_tkn_{WORD[:43]}",
    "Postman": f"PMAK-{HEX[:24]}-{HEX[:34]}",
    "Prefect": f"pnu_{WORD[:36]}",
    "Pulumi": f"pul-{HEX[:40]}",
    "PyPI": f"pypi-AgEIcHlwaS5vcmc{WORD[:70]}",
    "Replicate": f"r8_{WORD[:37]}",
    "RubyGems": f"rubygems_{HEX[:48]}",
    "SendGrid": f"SG.{WORD[:22]}.{WORD[:43]}",
    "SendinBlue": f"xkeysib-{HEX[:64]}-{WORD[:16]}",
    "Sentry": f"sntryu_{HEX[:64]}",
    "Shippo": f"shippo_live_{HEX[:40]}",
    "Shopify": f"shpat_{HEX[:32]}",
    "Slack": f"xoxb-{WORD[:40]}",
    "Sourcegraph": f"sgp_{HEX[:40]}",
    "Square": f"sq0atp-{WORD[:22]}",
    "Stripe": f"sk_live_{WORD[:24]}",
    "Supabase": f"sbp_{HEX[:40]}",
    "Tailscale": f"tskey-auth-{WORD[:30]}",
    "Telegram bot": f"123456789:AA{WORD[:33]}",
    "Tencent Cloud": f"AKID{WORD[:32]}",
    "Terraform Cloud": f"{WORD[:14]}.atlasv1.{WORD[:67]}",
    "Twilio": f"SK{HEX[:32]}",
    "Vault": f"hvs.{WORD[:90]}",
    "xAI": f"xai-{WORD[:80]}",
}
"""An invented token for each shape of the data file."""


@pytest.mark.parametrize("name", SHAPES)
def test_a_token_is_masked_wherever_it_is(name):
    for text in ("it is {}", "[{}]", 'x: "{}"', "https://example.org/{}?a=b", "A_{}"):
        assert mask(text.format(SHAPES[name])) == text.format("***")


def test_every_shape_has_a_token():
    folder = resources.files("mkdocs_plantrace.editing")
    shapes = tomllib.loads((folder / "token_shapes.toml").read_text(encoding="utf-8"))
    assert set(shapes["tokens"]) == set(SHAPES)


@pytest.mark.parametrize(
    "text",
    [
        "3 passed, 1 failed",
        "tests/test_token.py:12: AssertionError",
        "password=$PASSWORD",
        "password=${PASSWORD}",
        "password: null",
        "token=<TOKEN>",
        "compass: n",
        "bypass=1",
        "SyntaxError: Unexpected token: punc (})",
        "commit 3e9a7bc1d2f4a5b6c7d8e9f0a1b2c3d4e5f60718",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "request 550e8400-e29b-41d4-a716-446655440000 failed",
        "https://example.org:8443/path?page=2#top",
        "postgres://localhost:5432/ferry",
        "git@github.com:owner/name.git",
        "mail to somebody@example.org",
        "docker run -p 8080:80 image",
        "2026-02-07 12:30:11 ERROR pool-1-thread-3 timed out",
        "mask-image and task-list are no keys of sk-learn",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJd me@host",
        "-----BEGIN CERTIFICATE-----",
        "basic auth is missing",
    ],
)
def test_what_is_no_secret_stays(text):
    assert mask(text) == text


def test_a_command_line_is_masked_and_can_be_pasted():
    assert mask_command(["x", "--password", "a b", "TOKEN=c d", "it's"]) == (
        "x --password *** TOKEN=*** 'it'\"'\"'s'"
    )


@pytest.mark.parametrize(
    ("command", "masked"),
    [
        (["curl", "-u", "me:a b"], "curl -u me:***"),
        (["curl", "-ume:a b", "--user=me:x"], "curl -ume:*** --user=me:***"),
        (["x", "--password", "-hunter"], "x --password ***"),
        (["x", "--password-stdin", "-u", "a"], "x --password-stdin -u a"),
        (["mysql", "-pa b", "db"], "mysql -p*** db"),
        (["sshpass", "-p", "a b", "ssh"], "sshpass -p *** ssh"),
        (["docker", "login", "-p", "x"], "docker login -p ***"),
        (["docker", "run", "-p", "80:80"], "docker run -p 80:80"),
        (["redis-cli", "-a", "x"], "redis-cli -a ***"),
    ],
)
def test_options_that_take_secrets_are_known(command, masked):
    assert mask_command(command) == masked


def test_masking_is_fast():
    for part in ("password", "-u a:", "://a:", "_token_", "pass.", "a"):
        mask(part * (60_000 // len(part)))


def test_masking_takes_time_in_proportion():
    for row in (b"a" * 3999, b"token" * 800, b"QUJDREVGR0hJSktMTU5PUA==" * 100):
        assert len(read_output((row + b"\n") * 200)) == 40
