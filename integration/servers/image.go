package servers

import "os"

// image is a server as a container has it.
type image struct {
	variable, official string // the variable that names the image, and its default
	port               string // that it listens on
	env                map[string]string
	command            []string
}

func (i image) name() string {
	if named := os.Getenv(i.variable); named != "" {
		return named
	}
	return i.official
}
