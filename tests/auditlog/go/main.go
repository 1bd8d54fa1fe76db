// Checks evidence with golang.org/x/mod/sumdb/{note,tlog}, which share no code with this project.
//
//	check proofs KEYFILE RECORD.json PROOF.tlog-proof ...   pairs of a record and its proof
//	check consistency KEYFILE KEPT LATER
//
// Exit code 0 where all hold; else 1, with the reason on standard error.
package main

import (
	"encoding/base64"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, about string) {
	if err != nil {
		fmt.Fprintln(os.Stderr, about+":", err)
		os.Exit(1)
	}
}

func read(name string) string {
	data, err := os.ReadFile(name)
	must(err, name)
	return string(data)
}

func hashOf(text string) tlog.Hash {
	raw, err := base64.StdEncoding.DecodeString(text)
	must(err, "hash")
	var hash tlog.Hash
	if copy(hash[:], raw) != tlog.HashSize || len(raw) != tlog.HashSize {
		must(fmt.Errorf("of %d octets", len(raw)), "hash")
	}
	return hash
}

func checkpoint(text string, verifier note.Verifier) (int64, tlog.Hash) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	must(err, "checkpoint")
	lines := strings.Split(opened.Text, "\n")
	if lines[0] != verifier.Name() {
		must(fmt.Errorf("of %q", lines[0]), "checkpoint")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, "size")
	return size, hashOf(lines[2])
}

func parted(text string) ([]string, string) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	if !found {
		must(fmt.Errorf("no checkpoint"), "proof")
	}
	return strings.Split(head, "\n"), checkpoint
}

func hashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		found = append(found, hashOf(line))
	}
	return found
}

func main() {
	verifier, err := note.NewVerifier(strings.TrimSpace(read(os.Args[2])))
	must(err, "key")
	rest := os.Args[3:]
	if os.Args[1] == "consistency" {
		oldSize, oldRoot := checkpoint(read(rest[0]), verifier)
		lines, later := parted(read(rest[1]))
		size, root := checkpoint(later, verifier)
		if lines[0] != fmt.Sprintf("old %d", oldSize) {
			must(fmt.Errorf("begins elsewhere: %s", lines[0]), "proof")
		}
		must(tlog.CheckTree(hashes(lines[1:]), size, root, oldSize, oldRoot), "consistency")
		return
	}
	for at := 0; at < len(rest); at += 2 {
		lines, signed := parted(read(rest[at+1]))
		size, root := checkpoint(signed, verifier)
		if lines[0] != "c2sp.org/tlog-proof@v1" {
			must(fmt.Errorf("%s", lines[0]), "format")
		}
		index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
		must(err, "index")
		leaf := tlog.RecordHash([]byte(read(rest[at])))
		must(tlog.CheckRecord(hashes(lines[2:]), size, root, index, leaf), rest[at])
	}
}
