#!/bin/sh
# install.sh install LIST DESTDIR BUILDDIR      puts down what LIST says (templates/install.list explains its lines)
# install.sh uninstall - DESTDIR BUILDDIR       takes away what was put down
#
# What was put down is kept in BUILDDIR/install_manifest, one line each: kind, checksum, path. Files that people edit
# are taken away only while their checksum is still that of the shipped file.
set -eu
umask 022
action=$1 list=$2 root=$3 manifest=$3$4/install_manifest
tab=$(printf '\t')

sum() { cksum <"$1" | tr ' ' -; }

# record KIND CHECKSUM PATH: once, however often things are installed.
record() {
  line=$1$tab$2$tab$3
  [ -f "$manifest" ] && grep -qxF -- "$line" "$manifest" || printf '%s\n' "$line" >>"$manifest"
}

# folder PATH: makes it and those above it, and records the ones that were not there.
folder() {
  if [ -z "$1" ] || [ -d "$root$1" ]; then return; fi
  folder "${1%/*}"
  mkdir "$root$1"
  made="${made-}$1
"
}

# put MODE SOURCE PATH: never a half-written file under PATH, nor one that is being run changed.
put() {
  folder "${3%/*}"
  cp "$2" "$root$3.new"
  chmod "$1" "$root$3.new"
  mv -f "$root$3.new" "$root$3"
}

# keep SOURCE PATH: a file that may have been edited is left alone.
keep() {
  if [ -e "$root$2" ]; then
    cmp -s "$1" "$root$2" || echo "kept       $root$2"
  else
    put 644 "$1" "$2"
    echo "installed  $root$2"
    record edited "$(sum "$1")" "$2"
  fi
}

install_one() {
  case $1 in
    folder) folder "$3" ;;
    program) put 755 "$2" "$3"; echo "installed  $root$3"; record file - "$3" ;;
    file) put 644 "$2" "$3"; echo "installed  $root$3"; record file - "$3" ;;
    page) keep "$2" "$3" ;;
    config)
      original=${3%/*}/original/${3##*/}
      keep "$2" "$3"
      put 644 "$2" "$original"
      record file - "$original"
      ;;
    trace) record file - "$3" ;;
  esac
}

uninstall_one() {
  case $1 in
    folder) rmdir "$root$3" 2>/dev/null || true ;;
    file) rm -f "$root$3" ;;
    edited)
      if [ ! -e "$root$3" ]; then :
      elif [ "$(sum "$root$3")" = "$2" ]; then rm -f "$root$3"
      else echo "left       $root$3: it was changed"; fi
      ;;
  esac
}

case $action in
  install)
    mkdir -p "$root/"
    folder "$(dirname "${manifest#"$root"}")"
    while IFS=$tab read -r kind source path; do install_one "$kind" "$source" "$path"; done <"$list"
    printf '%s' "${made-}" | while read -r path; do record folder - "$path"; done
    ;;
  uninstall)
    [ -f "$manifest" ] || { echo "nothing is installed: there is no $manifest" >&2; exit 1; }
    all=$(sort -r "$manifest")
    for kinds in 'file edited' folder; do
      [ "$kinds" = folder ] && rm -f "$manifest"
      printf '%s\n' "$all" | while IFS=$tab read -r kind checksum path; do
        case " $kinds " in *" $kind "*) uninstall_one "$kind" "$checksum" "$path" ;; esac
      done
    done
    echo "uninstalled"
    ;;
esac
