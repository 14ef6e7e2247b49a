#!/bin/sh
# install.sh install LIST DESTDIR BUILDDIR      puts down what LIST says (templates/install.list explains its lines)
# install.sh uninstall - DESTDIR BUILDDIR       takes away what was put down
#
# Everything is copied beside its place first and renamed only when all of it is there: a disk that fills up or a folder
# that may not be written leaves what was installed before. What was put down is kept in BUILDDIR/install_manifest, one
# line each: kind, checksum, path. Files that people edit are taken away only while their checksum is still that of the
# shipped file. A file that is there and was not put there by this is somebody else's, such as a package's, and is not
# replaced but with FORCE=yes.
set -eu
umask 022
action=$1 list=$2 root=$3 manifest=$3$4/install_manifest
tab=$(printf '\t')
newline='
'
made='' staged='' lines='' owned='' others=''

sum() { cksum <"$1" | tr ' ' -; }

# fail SENTENCE: takes back what this run has done.
fail() {
  trap '' INT TERM HUP
  printf '%s' "$staged" | while read -r path; do rm -f "$root$path.new"; done
  rm -f "$manifest.new"
  printf '%s' "$made" | sort -r | while read -r path; do rmdir "$root$path" 2>/dev/null || true; done
  echo "make $action: $1; nothing was changed" >&2
  exit 1
}

# cannot WHAT PATH REASON, as a command told it.
cannot() {
  why=${3##*: }
  case $why in *[Pp]ermission*) why="$why (root may; or choose another --prefix, or DESTDIR=)" ;; esac
  fail "cannot $1 $2: $why"
}

record() { lines="$lines$1$tab$2$tab$3$newline"; }

# folder PATH: makes it and those above it, and remembers the ones that were not there.
folder() {
  if [ -z "$1" ] || [ -d "$root$1" ]; then return; fi
  folder "${1%/*}"
  why=$(mkdir "$root$1" 2>&1) || cannot make "$root$1" "$why"
  made="$made$1$newline"
  record folder - "$1"
}

# whose PATH: notes what is there and is not ours.
whose() {
  if [ ! -e "$root$1" ] && [ ! -L "$root$1" ]; then return; fi
  case $newline$owned$newline in *"$newline$1$newline"*) ;; *) others="$others $root$1" ;; esac
}

# stage MODE SOURCE PATH: never a half-written file under PATH, nor one that is being run changed.
stage() {
  folder "${3%/*}"
  [ ! -d "$root$3" ] || fail "$root$3 is a folder"
  whose "$3"
  staged="$staged$3$newline"
  why=$({ cp "$2" "$root$3.new" && chmod "$1" "$root$3.new"; } 2>&1) || cannot write "$root$3" "$why"
}

# keep SOURCE PATH: a file that may have been edited is left alone.
keep() {
  if [ -e "$root$2" ]; then
    cmp -s "$1" "$root$2" || echo "kept       $root$2"
  else
    stage 644 "$1" "$2"
    record edited "$(sum "$1")" "$2"
  fi
}

# tree SOURCE PATH: every file below a folder.
tree() {
  files=$(cd "$1" && find . -type f | sort)
  [ -z "$files" ] || while read -r file; do
    stage 644 "$1/$file" "$2${file#.}"
    record file - "$2${file#.}"
  done <<END
$files
END
}

stage_one() {
  [ "$2" = - ] || [ "$1" = link ] || [ -r "$2" ] || fail "$2 is not there: the owner of this folder must run \`make all support pages' first"
  case $1 in
    folder) folder "$3" ;;
    tree) tree "$2" "$3" ;;
    program) stage 755 "$2" "$3"; record file - "$3" ;;
    file) stage 644 "$2" "$3"; record file - "$3" ;;
    link)
      folder "${3%/*}"
      whose "$3"
      staged="$staged$3$newline"
      rm -f "$root$3.new"
      why=$(ln -s "$2" "$root$3.new" 2>&1) || cannot write "$root$3" "$why"
      record file - "$3"
      ;;
    page) keep "$2" "$3" ;;
    config)
      original=${3%/*}/original/${3##*/}
      keep "$2" "$3"
      stage 644 "$2" "$original"
      record file - "$original"
      ;;
    trace) record file - "$3" ;;
  esac
}

# The manifest that was there and what is new, each line once.
stage_manifest() {
  why=$({ { [ ! -f "$manifest" ] || cat "$manifest"; printf '%s' "$lines"; } | awk '!seen[$0]++' >"$manifest.new"; } 2>&1) ||
    cannot write "$manifest" "$why"
}

put_down() {
  printf '%s' "$staged" | while read -r path; do
    mv -f "$root$path.new" "$root$path"
    echo "installed  $root$path"
  done
  mv -f "$manifest.new" "$manifest"
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
    trap 'fail interrupted' INT TERM HUP
    [ -z "$root" ] || [ -d "$root" ] || why=$(mkdir -p "$root" 2>&1) || cannot make "$root" "$why"
    folder "$(dirname "${manifest#"$root"}")"
    [ ! -f "$manifest" ] || owned=$(cut -f 3 "$manifest")
    while IFS=$tab read -r kind source path; do stage_one "$kind" "$source" "$path"; done <"$list"
    [ -z "$others" ] || [ "${FORCE-}" = yes ] ||
      fail "these were put there by a package or by hand:$others; choose another --prefix or layout, or say FORCE=yes"
    stage_manifest
    put_down
    ;;
  uninstall)
    [ -f "$manifest" ] || { echo "make uninstall: nothing is installed: there is no $manifest" >&2; exit 1; }
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
