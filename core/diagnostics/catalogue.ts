/** Every complaint the engine itself makes about a template. A component's own codes stand beside its code. */
export const catalogue = {
  JSON_SYNTAX:
    'The file is not JSON. Comments and a comma after the last element are accepted, everything else is as in RFC 8259: double quotes around every name and text, a comma between elements, no line break inside a text. The position is where reading could not go on; the cause may be a little before it.',
  JSON_DUPLICATE_KEY:
    'One object has the same name twice. Only one of the two could count, and which one is not what the reader expects, so neither is guessed.',
  JSON_NUMBER_RANGE: 'A number is too large for a 64-bit floating-point number. Write it as text if its digits matter.',
  JSON_TOO_DEEP: 'Objects and lists are nested deeper than any template needs; reading stops there to bound the work.',
  TEMPLATE_NOT_OBJECT: 'The whole template has to be one JSON object.',
  TEMPLATE_UNKNOWN_KEY:
    'The template has a name at its top that means nothing. Known are builders, provisioners, post-processors, error-cleanup-provisioner, variables, sensitive-variables, data, description, min_packer_version, required_plugins, comments, push, $schema, and comments whose name starts with an underscore.',
  TEMPLATE_COMMENT_NOT_TEXT:
    'A name at the top that starts with an underscore is a comment, and its value has to be text.',
  TEMPLATE_WRONG_TYPE:
    'A part of the template that the engine reads itself (not a component’s option) has a value of another kind than it must have.',
  TEMPLATE_TYPE_MISSING: 'Every builder, provisioner, post-processor and data source says with "type" what it is.',
  TEMPLATE_DUPLICATE_BUILDER:
    'Two builders have the same name. A builder without "name" has its type for a name, so two builders of one type need at least one "name".',
  TEMPLATE_NESTED_SEQUENCE: 'A post-processor sequence is a list; a list inside it has no meaning.',
  TEMPLATE_NO_BUILDERS: 'A template that is built or validated has at least one builder.',
  TEMPLATE_UNKNOWN_BUILDER_NAME:
    '"only", "except", "override" or "from" names a builder that the template does not have. The first three are compared with names as they are written, before variables are filled in.',
  TEMPLATE_ONLY_AND_EXCEPT: 'A provisioner or post-processor has both "only" and "except"; they exclude each other.',
  TEMPLATE_VERSION:
    'The template asks with "min_packer_version" for a Packer that is newer than what Kiln stands in for.',
  TEMPLATE_VERSION_SYNTAX: '"min_packer_version" is not a version such as "1.6.0".',
  TEMPLATE_DATA_NAME:
    'The name of a data source has another character than letters, digits, _ and -. Texts ask for an output by the name, a dot and the output, so that a dot cannot be in the name.',
  TEMPLATE_FROM_CYCLE: 'Builds start from each other in a circle, so none of them can be the first.',
  VARIABLE_REQUIRED:
    'A variable whose default is null has to be given a value with -var or -var-file before the template can be validated or built.',
  VARIABLE_NOT_TEXT: 'A variable’s value is a list or an object. Variables are texts.',
  VARIABLE_COERCED:
    'A variable’s value is a number or a boolean. Packer refuses that; Kiln takes it as the text that is written. Put quotes around it to keep the template usable with both.',
  VARIABLE_CYCLE: 'Variables, or variables and data sources, need each other’s values in a circle.',
  VARIABLE_UNDEFINED:
    'A variable’s value names another variable that is neither declared nor given. It stands for an empty text, as everywhere else.',
  VARIABLE_RECURSION:
    'A text still contained templates after a hundred passes, or grew without end; it probably produces itself again and again.',
  VARIABLE_UNDECLARED:
    'A text uses a variable that is neither declared nor given. It stands for an empty text, as in Packer, which is seldom what was meant.',
  VARIABLE_FILE_LINE:
    'A line of a .env-style variable file is neither NAME=VALUE, nor a comment that starts with #, nor empty.',
  VARIABLE_FILE_NOT_OBJECT: 'A JSON variable file is one object whose names are variables and whose values are texts.',
  VARIABLE_FILE_YAML: 'A variable file whose name ends in .yaml or .yml is not YAML, or uses a name twice.',
  VARIABLE_SENSITIVE_UNKNOWN:
    '"sensitive-variables" names a variable that the template does not declare, so nothing is hidden.',
  VARIABLE_SENSITIVE_SHORT:
    'The value of a sensitive variable has one or two characters. They are hidden wherever they occur, in words and file names too, so that little can be read and the value can be guessed.',
  COMMUNICATOR_NONE:
    'A provisioner needs the guest, and the communicator of a build that it is for is "none". This is known before anything runs, as a warning; when it runs, the build fails.',
  DATA_FETCH_FAILED:
    'A data source could not be asked, refused, or has no such thing. Without its values nothing can be built; what else is wrong with the template is said nevertheless.',
  DATA_FETCH_TIMEOUT:
    'A data source gave nothing within its "timeout", which is five minutes when the template does not say.',
  DATA_FETCH_WARNING: 'A data source gave its values, and has something to say about them.',
  INTERPOLATION_FAILED:
    'A text between {{ and }} could not be worked out: it is not well-formed, calls a function that does not exist or is not allowed at this place, or the function refused its arguments.',
  INTERPOLATION_UNKNOWN_NAME:
    'A text asks for data by a name that there is not: the function "build" for a fact that builds of this type do not have, or an option that is filled in when it is used for a name, as in {{ .Name }}, that it does not have. The option’s description lists those it has.',
  INTERPOLATION_BUILD_UNAVAILABLE:
    'The function "build" tells provisioners and post-processors about the running build. A builder comes before that, and its options cannot use it.',
  INTERPOLATION_NO_VALUE:
    'A text asks with a leading dot, as in {{ .Name }}, for data that nothing provides at this place, or that turned out not to be there when the build ran. Packer writes "<no value>" there, and so does Kiln. Options that have such data name it in their description. A fact that the function "build" is asked for and that this build does not have, such as the password of a login by key, is an empty text.',
  PLUGIN_FAILED: 'A component comes with a plugin that cannot be loaded. The message says why, the hint what to do.',
  COMPONENT_UNKNOWN: 'No installed component has this type.',
  OPTION_UNKNOWN:
    'The component has no option of this name. Case does not matter in option names, but an option may stand there once only.',
  OPTION_WRONG_TYPE:
    'The option’s value is of a kind that cannot be understood as the kind the option has. Texts are understood as numbers, booleans, lists (split at commas) and durations when they look like one.',
  OPTION_DEPRECATED: 'The option still works, and something better has taken its place.',
  OPTION_MISSING: 'The component cannot work without this option.',
  OPTION_NOT_ALLOWED: 'The option takes one of a few values, and this is none of them.',
  OPTION_PATTERN: 'The option’s text does not have the form that it must have.',
  OPTION_OUT_OF_RANGE:
    'The option’s number, or the length of its text or list, is below the least or above the greatest that is allowed.',
  OPTION_INVALID: 'The option’s value breaks a rule of the component’s schema.',
  OPTION_DURATION:
    'The text is not a duration. A duration is numbers with units, as "90s", "5m" or "1h30m"; units are ns, us, ms, s, m and h. A bare number counts nanoseconds.',
  RETRIES_NOT_NUMBER: '"max_retries" has to be a whole number once variables are filled in.',
  COMPLAINTS_LEFT_OUT:
    'There is more wrong with the template than anyone would read in one go: of errors, and of warnings, the first thousand are shown.',
  PLAN_NO_BUILDS: 'After -only and -except there is nothing left to build.',
  PLAN_UNKNOWN_NAME:
    'A name given with -only or -except is none of the template’s builds (or post-processors, for -except).',
  PLAN_DUPLICATE_BUILD: 'Two builders have the same name once variables are filled in.',
  PLAN_SOURCE_EXCLUDED: 'A build starts from another build that -except leaves out.',
  PLAN_SOURCE_INCLUDED:
    'A build starts from another build that -only does not name; it is built too, because nothing can be made without it.',
} as const;

export type DiagnosticCode = keyof typeof catalogue;

const introduction = `# Diagnostics

What Kiln says about a template, by code. Made from core/diagnostics/catalogue.ts by \`npm run generate\`.

All complaints of a template come in one run, in the order of the source. Each has a severity (\`error\` or
\`warning\`; warnings stop nothing), a code, the place, an RFC 6901 pointer into the template, the source line with the
fault underlined, and mostly a hint. A value that comes through a variable is complained about at the place where the
variable got it: in the template, in the variable file, or at \`-var\`. Values of sensitive variables are hidden.

With \`-json\`, each is one line of JSON: \`type\` is "diagnostic", and there are \`severity\`, \`code\`, \`message\` and
\`pointer\`, and where they make sense \`hint\`, \`location\` (\`file\`, \`line\`, \`column\` and \`length\`; lines and columns
count from 1, in UTF-16 code units as editors count) and \`excerpt\` (the source line; of a very long line the part
around the place, with \`excerptColumn\`, the column at which that part starts).

Builders, provisioners and post-processors have codes of their own beside these. What goes wrong while a build runs is
no diagnostic but an error.
`;

/** Text of docs/diagnostics.md. */
export function diagnosticsPage(): string {
  const entries = Object.entries<string>(catalogue).sort(([a], [b]) => (a < b ? -1 : 1));
  return [introduction, ...entries.map(([code, text]) => `## ${code}\n\n${text}\n`)].join('\n');
}
