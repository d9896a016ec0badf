/** What is pending is to the build: the image in the build's region; */
export const MAIN_IMAGE = 'image';
/** a copy, with the region that the image is copied to; */
export const COPY = 'copy:';
/** a snapshot, with the id of the volume. */
export const SNAPSHOT = 'snapshot:';
