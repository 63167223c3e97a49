package typescript_test

import (
	"testing"

	"github.com/asbru-gateway/asbru/ui/typescript"
	"github.com/stretchr/testify/require"
)

func TestADescriptionIsWrittenAsTypesAndOperations(t *testing.T) {
	text, err := typescript.Of([]byte(`{
		"components": {"schemas": {
			"Row": {"type": "object", "required": ["id"], "properties": {
				"id": {"type": "string", "description": "Ends */ no comment."},
				"x-odd": {"type": ["integer", "null"]},
				"state": {"type": "string", "enum": ["on", "off", null]},
				"tries": {"type": ["array", "null"], "items": {"$ref": "#/components/schemas/Config.key"}},
				"kept": {"type": "object", "additionalProperties": {"type": "number"}},
				"any": {}
			}},
			"Config.key": {"oneOf": [{"type": "string"}, {"type": "null"}]}
		}},
		"paths": {"/api/rows/{id}": {"put": {
			"operationId": "put-row", "summary": "Change a row",
			"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}, {"name": "wait", "in": "query", "schema": {"type": "string"}}],
			"requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}}},
			"responses": {"201": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Row"}}}}, "400": {}}
		}}}
	}`))
	require.NoError(t, err)
	require.Equal(t, `// Code generated from the description of the admin API by "make generate". DO NOT EDIT.

import { operation } from "./operation";

export type ConfigKey = string | null;

export interface Row {
any?: unknown;
/** Ends * / no comment. */
id: string;
kept?: Record<string, number>;
state?: "on" | "off" | null;
tries?: ConfigKey[] | null;
"x-odd"?: number | null;
}

/** Change a row */
export const putRow = /*#__PURE__*/ operation<{
body: Row;
path: {
id: string;
};
query?: {
wait?: string;
};
}, Row>("put-row", "PUT", "/api/rows/{id}");

`, string(text))
}

func TestWhatIsNoDescriptionIsRefused(t *testing.T) {
	_, err := typescript.Of([]byte("{"))
	require.ErrorContains(t, err, "read the description")
}
