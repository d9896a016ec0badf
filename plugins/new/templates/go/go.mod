module example.test/kiln-plugin-example

go 1.21
