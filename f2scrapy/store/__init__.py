"""Put files into a store: an object store, WebDAV, SFTP or another folder.

Without F2_PUBLISH nothing of the extra `store` is imported, with it one library. Tried in 2026-11:
to send a file of 1 GiB and to read it back, the process takes 71 MiB with OpenDAL (S3), 82 with
webdav4, 60 with paramiko; s3fs took 1068. OpenDAL writes a file to WebDAV in one piece only, and
its wheel has no SFTP.
"""
