import { maskedArtifact } from '../../events/masked-event.ts';
import type { SecretMask } from '../../secrets/secret-mask.ts';
import type { JournalRecord } from './journal-record.ts';
import type { Journal } from './journal.ts';

/** Hints, ids and checkpoints stay as they are: with another text in them nothing would be found again. */
function masked(record: JournalRecord, mask: SecretMask): JournalRecord {
  switch (record.record) {
    case 'intent':
      return { ...record, describe: mask.text(record.describe) };
    case 'artifact':
      return { ...record, artifact: maskedArtifact(record.artifact, mask), data: mask.json(record.data) };
    case 'post-processed': {
      const { artifact } = record;
      return {
        ...record,
        artifact: artifact === null || artifact === 'input' ? artifact : maskedArtifact(artifact, mask),
      };
    }
    default:
      return record;
  }
}

/** A journal that takes secrets out of the texts that components give it. */
export function maskedJournal(journal: Journal, mask: SecretMask): Journal {
  return {
    ...journal,
    write: (record) => journal.write(masked(record, mask)),
    writeDurably: (record) => journal.writeDurably(masked(record, mask)),
  };
}
