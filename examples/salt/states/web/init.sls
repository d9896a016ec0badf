/etc/motd:
  file.managed:
    - contents: {{ pillar['greeting'] }}
    - mode: "0644"
