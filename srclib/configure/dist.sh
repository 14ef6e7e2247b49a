#!/bin/sh
# dist.sh SRCDIR VERSION CARGO: a tarball of the sources and of every crate they need, which is configured and built without a network.
# The same sources make the same tarball, to the byte.
set -eu
umask 022
srcdir=$1 version=$2 cargo=$3
name=weir-httpd-$version
out=$PWD/build/$name.tar.gz
stage=$PWD/build/dist/$name
# What cargo reads in the folder where it runs, and above.
own=.cargo

die() { echo "make dist: $1" >&2; exit 1; }

# What git knows; in an unpacked tarball everything but what a build has written.
sources() {
  if git -C "$srcdir" rev-parse --git-dir >/dev/null 2>&1 && [ -e "$srcdir/.git" ]; then
    git -C "$srcdir" ls-files
  else
    (cd "$srcdir" && find . -type f ! -path './build/*' ! -path './vendor/*' ! -path "./$own/*" ! -path './target/*' \
      ! -name config.log ! -name config.nice ! -name config.status ! -name config_vars.mk ! -name config.cache ! -name httpd)
  fi
}

# The newest change, unless the caller says when.
epoch() {
  date=${SOURCE_DATE_EPOCH:-$(git -C "$srcdir" log -1 --format=%ct 2>/dev/null || true)}
  echo "${date:-$(stat -c %Y "$srcdir/Cargo.lock")}"
}

rm -rf build/dist && mkdir -p "$stage"
sources | sort >build/dist/list
tar -C "$srcdir" -cf - -T build/dist/list | tar -C "$stage" -xf - || die "the sources cannot be copied"
mkdir "$stage/$own"
(cd "$stage" && "$cargo" vendor --locked --versioned-dirs vendor >$own/config.toml 2>../vendor.log) ||
  { tail -n 5 build/dist/vendor.log >&2; die "cargo vendor could not get every crate"; }
[ -s "$stage/$own/config.toml" ] || die "cargo vendor named no source"
sed -i 's,^directory = .*,directory = "vendor",' "$stage/$own/config.toml"
tar --sort=name --mtime="@$(epoch)" --owner=0 --group=0 --numeric-owner --mode=go=rX -C build/dist -cf - "$name" | gzip -9n >"$out.new"
mv "$out.new" "$out"
rm -rf build/dist
echo "build/$name.tar.gz"
