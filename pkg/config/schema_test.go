package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// allSections are the declared types, in the order in which they are met.
func allSections() []*section {
	var all []*section
	seen := make(map[reflect.Type]bool)
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t == unusedType || seen[t] {
			return
		}
		seen[t] = true
		s := sectionOf(t)
		all = append(all, s)
		for _, f := range s.fields {
			visit(f.typ)
		}
	}
	visit(reflect.TypeFor[Config]())
	return all
}

func TestEveryKeyIsDeclaredInFull(t *testing.T) {
	for _, s := range allSections() {
		for i, f := range s.fields {
			name := s.typ.Name() + "." + f.name
			require.NotEmpty(t, f.name, "%s field %d", s.typ, i)
			require.True(t, strings.HasSuffix(f.doc, "."), "%s: doc %q", name, f.doc)
			require.Contains(t, s.typ.Field(i).Tag.Get("json"), ",omit", name)
			if f.typ.Kind() == reflect.Int && !f.unused {
				require.True(t, f.min != nil || f.enum != nil, "%s has no lower bound", name)
			}
			if f.standard != "" && f.typ.Kind() == reflect.Int {
				n := float64(f.defaultValue().Int())
				require.True(t, (f.min == nil || n >= *f.min) && (f.max == nil || n <= *f.max), "%s: default out of bounds", name)
			}
			if f.standard != "" && f.enum != nil {
				require.Contains(t, f.enum, f.standard, name)
			}
		}
	}
}

func TestSchemaIsTheSameEachTimeAndWhole(t *testing.T) {
	first, err := Schema()
	require.NoError(t, err)
	second, err := Schema()
	require.NoError(t, err)
	require.Equal(t, string(first), string(second))

	var schema struct {
		Schema               string         `json:"$schema"`
		AdditionalProperties bool           `json:"additionalProperties"`
		Properties           map[string]any `json:"properties"`
		Defs                 map[string]any `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(first, &schema))
	require.Equal(t, "https://json-schema.org/draft/2020-12/schema", schema.Schema)
	for _, s := range allSections() {
		properties := schema.Properties
		if s.typ != reflect.TypeFor[Config]() {
			def := schema.Defs[s.typ.Name()].(map[string]any)
			require.Equal(t, false, def["additionalProperties"])
			properties = def["properties"].(map[string]any)
		}
		for name := range s.byName {
			require.Contains(t, properties, name)
		}
		require.Len(t, properties, len(s.byName))
	}
	requireRefs(t, schema.Defs, schema.Properties)
	requireRefs(t, schema.Defs, schema.Defs)
}

// requireRefs requires that each $ref below v leads somewhere.
func requireRefs(t *testing.T, defs map[string]any, v any) {
	switch v := v.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			require.Contains(t, defs, strings.TrimPrefix(ref, "#/$defs/"))
		}
		for _, e := range v {
			requireRefs(t, defs, e)
		}
	case []any:
		for _, e := range v {
			requireRefs(t, defs, e)
		}
	}
}

func TestSchemaCarriesBoundsDefaultsAndDocs(t *testing.T) {
	out, err := Schema()
	require.NoError(t, err)
	var schema struct {
		Defs map[string]struct {
			Properties map[string]map[string]any `json:"properties"`
		} `json:"$defs"`
	}
	require.NoError(t, json.Unmarshal(out, &schema))
	require.Equal(t, map[string]any{
		"description": "Longest gap within a stream.",
		"type":        []any{"integer", "string", "null"},
		"pattern":     `^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`,
		"minimum":     1.0,
		"maximum":     3600.0,
		"default":     60.0,
	}, schema.Defs["Network"].Properties["stream_idle_timeout_in_seconds"])
}

func TestSchemaAgreesWithTheReader(t *testing.T) {
	schema := compileSchema(t)
	files, err := filepath.Glob("testdata/bifrost/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, name := range append(files, "testdata/asbru.yaml") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, schema.Validate(asJSON(t, string(text))), name)
	}
	for name, tc := range map[string]struct {
		document string
		sound    bool
	}{
		"null is absent":      {`{"client": null, "version": null, "providers": {"openai": {"keys": null, "cancel": null, "network_config": {"base_url": null, "max_retries": null}}}}`, true},
		"every provider":      {`{"governance": {"virtual_keys": [{"provider_configs": ["*"]}, {"provider_configs": [{"provider": "*", "allowed_models": ["m"]}]}]}}`, true},
		"one other name":      {`{"providers": {"openai": {"network_config": {"retry_backoff_max_ms": "8s"}}}}`, true},
		"unknown key":         {`{"clent": {}}`, false},
		"weight":              {`{"providers": {"openai": {"keys": [{"weight": -1}]}}}`, false},
		"kind":                {`{"client": {"drop_excess_requests": "yes"}}`, false},
		"enum":                {`{"providers": {"openai": {"cancel": "wait"}}}`, false},
		"required":            {`{"providers": {"mine": {"custom_provider_config": {}, "network_config": {"base_url": "http://h"}}}}`, false},
		"another word than *": {`{"governance": {"virtual_keys": [{"provider_configs": ["openai"]}]}}`, false},
	} {
		_, _, err := Parse([]byte(tc.document), JSON, testOptions...)
		require.Equal(t, tc.sound, err == nil, "%s: the reader: %v", name, err)
		err = schema.Validate(asJSON(t, tc.document))
		require.Equal(t, tc.sound, err == nil, "%s: the schema: %v", name, err)
	}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", document))
	schema, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	return schema
}

// asJSON reads a document, JSON or YAML, as a JSON value.
func asJSON(t *testing.T, document string) any {
	t.Helper()
	root, problem := parseNodes([]byte(document), Auto)
	require.Nil(t, problem)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(appendJSON(nil, root)))
	require.NoError(t, err)
	return value
}
