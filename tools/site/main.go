package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", filepath.Join("..", ".."), "`FOLDER` of the repository")
	out := flag.String("out", filepath.Join("..", "..", ".cache", "site"), "`FOLDER` to write the pages to; what is in it is removed")
	flag.Parse()
	pages, err := build(*root, *out)
	if err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
	fmt.Printf("%d pages in %s; open index.html there\n", pages, *out)
}
