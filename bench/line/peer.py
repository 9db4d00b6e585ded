#!/usr/bin/env python3
"""Starts Label Studio behind nginx with a project of questions, writes where it is to PEER.json, and waits for its
standard input to end.

usage: peer.py PEER.json [PEOPLE]
"""
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "peers"))
from label_studio import PASSWORD, USER, VERSION, LabelStudio, free_port  # noqa: E402

NGINX = """daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 256; }}
http {{
  include /etc/nginx/mime.types; access_log off; client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  gzip on; gzip_comp_level 6; gzip_min_length 256; gzip_proxied any;
  gzip_types text/css application/javascript text/javascript application/json image/svg+xml application/wasm;
  server {{ listen 127.0.0.1:{port};
    location / {{ proxy_pass http://127.0.0.1:{upstream}; proxy_set_header Host $http_host; proxy_http_version 1.1; }}
  }}
}}
"""


def main():
    people = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with LabelStudio("pip", people=people) as peer:
        project = peer.project(rows=200)
        port, conf = free_port(), peer.folder / "nginx.conf"
        conf.write_text(NGINX.format(folder=peer.folder, port=port, upstream=peer.port))
        nginx = subprocess.Popen(["nginx", "-c", str(conf), "-p", str(peer.folder)], stderr=subprocess.DEVNULL)
        try:
            where = {"what": f"Label Studio {VERSION} (pip, SQLite) behind nginx with gzip",
                     "address": f"http://localhost:{port}", "project": project, "user": USER, "password": PASSWORD,
                     "people": [USER] + [f"person{number}@example.org" for number in range(1, people)]}
            pathlib.Path(sys.argv[1]).write_text(json.dumps(where))
            sys.stdin.read()
        finally:
            nginx.terminate()
            nginx.wait()


main()
