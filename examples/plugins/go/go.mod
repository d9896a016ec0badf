module example.test/kiln-plugin-sums

go 1.21
