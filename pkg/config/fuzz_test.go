package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/*.yaml", "testdata/bifrost/*.json"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			f.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data, uint8(Auto))
			f.Add(data, uint8(YAML))
		}
	}
	f.Add([]byte("a: &a [*a]\n"), uint8(YAML))
	f.Add([]byte(`{"providers": {"openai": {"keys": [{"value": {"env_var": "X"}}]}}}`), uint8(JSON))
	// No file of the machine is read.
	noFiles := func(o *options) {
		o.read = func(string, int64) ([]byte, error) { return nil, fs.ErrNotExist }
	}
	f.Fuzz(func(t *testing.T, data []byte, format uint8) {
		c, _, err := Parse(data, Format(format%3), append(testOptions, noFiles)...)
		if (c == nil) == (err == nil) {
			t.Fatalf("config %v with error %v", c, err)
		}
		var problems *Problems
		if err != nil && (!errors.As(err, &problems) || len(problems.List) == 0) {
			t.Fatalf("error without problems: %v", err)
		}
		if c == nil {
			return
		}
		if _, err := c.Validate(WithProviders(testProviders)); err != nil {
			t.Fatalf("parsed, then not valid: %v", err)
		}
	})
}
