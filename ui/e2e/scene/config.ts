/** The configuration that pictures are taken of. Nothing in it is asked: no provider has that address. */
export const configuration = `
providers:
  openai:
    keys:
      - { id: team-a, name: team-a, value: sk-a-0001, weight: 3 }
      - { id: team-b, name: team-b, value: sk-b-0001, weight: 1 }
    network_config: { base_url: "http://127.0.0.1:9" }
  anthropic:
    keys:
      - { id: main, name: main, value: sk-ant-0001 }
    network_config: { base_url: "http://127.0.0.1:9" }
governance:
  customers:
    - { id: acme, name: Acme }
  teams:
    - { id: search, name: Search, customer_id: acme }
    - { id: support, name: Support, customer_id: acme }
  routing_rules:
    - id: premium
      name: Premium callers
      cel_expression: headers["x-tier"] == "premium"
      targets:
        - { provider: anthropic, model: claude-sonnet-4-6, weight: 0.8 }
        - { provider: openai, model: gpt-5, weight: 0.2 }
    - id: nightly
      name: At night the small one
      cel_expression: virtual_key_name == "nightly"
      targets: [{ provider: openai, model: gpt-5-mini, weight: 1 }]
guardrails:
  rules:
    - id: personal-data
      checks: [{ type: pii, kinds: [email, phone, iban, card] }]
    - id: attacks
      apply_to: input
      checks: [{ type: injection, action: note }]
cache: { enabled: true, ttl: 5m }
`;
