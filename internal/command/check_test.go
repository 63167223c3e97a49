package command

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheckListsEveryProblemWithItsPath(t *testing.T) {
	for name, document := range map[string]string{
		"broken.json": `{
  "providers": {"openai": {"keys": [
    {"value": "a"},
    {"value": "b",
     "wieght": 1,
     "weight": -1
    }]}},
  "client": {
     "max_request_body_size_mb": "ten"}}`,
		"broken.yaml": `
providers: {openai: {keys: [
    {value: a},
    {value: b,
     wieght: 1,
     weight: -1
    }]}}
client: {
     max_request_body_size_mb: ten}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, name, document)
			out, err := run(t.Context(), "check", path)
			require.EqualError(t, err, path+": 3 problems")
			require.Regexp(t, `^providers\.openai\.keys\[1\]\.wieght: unknown key, did you mean "weight"\? \(line 5, column 6\)
providers\.openai\.keys\[1\]\.weight: must be ≥ 0 \(line 6, column \d+\)
client\.max_request_body_size_mb: must be a number, not a string \(line 9, column \d+\)
$`, out)
		})
	}
}

func TestCheckOfASoundFileSaysOKAndWhatIsNotUsed(t *testing.T) {
	out, err := run(t.Context(), "check", file(t, "sound.yaml", "client: {initial_pool_size: 300}\n"))
	require.NoError(t, err)
	require.Equal(t, "note: client.initial_pool_size: accepted, not used by this version (line 1, column 10)\nok\n", out)
}

func TestCheckMakesThePlugins(t *testing.T) {
	path := file(t, "a.yaml", `
plugins:
  - {name: a, kind: nonesuch}
  - {name: b, kind: http, config: {url: "https://x.example", points: [before_lunch]}}
  - {name: c, kind: wasm, path: /on/another/machine.wasm}`)
	out, err := run(t.Context(), "check", path)
	require.EqualError(t, err, path+": 2 problems")
	require.Equal(t, "plugins[0].kind: there is no such kind of plugin\n"+
		"plugins[1].config.points: name those that the program is asked at, such as before_route\n", out)
}

func TestCheckFailsWithoutAFile(t *testing.T) {
	_, err := run(t.Context(), "check")
	require.Error(t, err)
	out, err := run(t.Context(), "check", "/nowhere/asbru.yaml")
	require.Error(t, err)
	require.Equal(t, "file /nowhere/asbru.yaml: no such file or directory\n", out)
}

func TestCheckMakesAConfigurationOfALiteLLMProxys(t *testing.T) {
	out, err := run(t.Context(), "check", "--from", "litellm", file(t, "config.yaml", `
model_list:
  - model_name: gpt-4o
    litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}
litellm_settings: {cache: true}
`))
	require.NoError(t, err)
	require.Contains(t, out, "value: env.OPENAI_API_KEY\n")
	require.Contains(t, out, "litellm_settings.cache: not carried over: it has no counterpart\n")

	_, err = run(t.Context(), "check", "--from", "other", file(t, "config.yaml", "a: b"))
	require.EqualError(t, err, "--from other: only litellm is known")
	_, err = run(t.Context(), "check", "--from", "litellm", file(t, "config.yaml", "providers: {}"))
	require.ErrorContains(t, err, "no model_list")
}
