#!/bin/sh
# deb.sh: a Debian package of what make install would put down, in the current build directory. `make deb` runs it once all is compiled.
set -eu
umask 022
export LC_ALL=C

var() { sed -n "s/^$1 = //p" config_vars.mk; }
die() { echo "make deb: $1" >&2; exit 1; }

srcdir=$(var srcdir) prefix=$(var prefix) version=$(var VERSION)
root=build/deb/root doc=build/deb/root/usr/share/doc/weir-httpd

command -v dpkg-deb >/dev/null || die "there is no dpkg-deb here"
case $prefix in /usr/local* | /usr/local) die "a package puts nothing below /usr/local: configure with --enable-layout=Debian" ;; esac
case $(var TARGET) in
  x86_64-*) architecture=amd64 ;;
  aarch64-*) architecture=arm64 ;;
  i?86-*) architecture=i386 ;;
  arm*hf) architecture=armhf ;;
  arm*) architecture=armel ;;
  riscv64*) architecture=riscv64 ;;
  powerpc64le-*) architecture=ppc64el ;;
  s390x-*) architecture=s390x ;;
  *) die "Debian has no architecture for $(var TARGET)" ;;
esac

programs() { find "$root" -type f -perm -100 -exec sh -c 'head -c 4 "$1" | grep -q ELF' sh {} \; -print; }

# Which packages bring the libraries that the programs need.
depends() {
  case $(var TARGET) in *-musl*) return ;; esac
  mkdir -p build/deb/debian && printf 'Source: weir-httpd\n\nPackage: weir-httpd\nArchitecture: any\n' >build/deb/debian/control
  # The core's library is in the package itself.
  own=root$(var libexecdir)
  found=$(programs | sed 's,^build/deb/,,' | (cd build/deb && tr '\n' '\0' | xargs -0 dpkg-shlibdeps -O --ignore-missing-info "-l$own") 2>>build/deb/log |
    sed -n 's/^shlibs:Depends=//p')
  echo "${found:-libc6}"
}

rm -rf build/deb && mkdir -p "$root/DEBIAN" "$doc"
sh "$srcdir/srclib/configure/install.sh" install build/install.list "$PWD/$root" "$(var installbuilddir)" >build/deb/log || exit 1
# dpkg knows what it put down.
rm -f "$root$(var installbuilddir)/install_manifest"
(cd "$root" && rmdir -p ".$(var runtimedir)" 2>/dev/null) || true
programs | while read -r program; do ! command -v strip >/dev/null || strip --strip-unneeded "$program" 2>/dev/null || true; done
find "$root$(var mandir)" -type f -exec gzip -9n {} +
gzip -9nc "$srcdir/CHANGES.md" >"$doc/changelog.gz"
cp "$srcdir/LICENSE" "$doc/copyright"
[ ! -f build/sbom.cdx.json ] || cp build/sbom.cdx.json "$doc/"

(cd "$root" && find etc -type f 2>/dev/null | sed 's,^,/,' | LC_ALL=C sort) >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do cp build/conf/debian/$script "$root/DEBIAN/" && chmod 755 "$root/DEBIAN/$script"; done
size=$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
depends=$(depends)
sed -e "s/@ARCHITECTURE@/$architecture/; s/@SIZE@/$size/; s/@DEPENDS@/$depends/; /^Depends: $/d" \
  build/conf/debian/control >"$root/DEBIAN/control"
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -print | sed 's,^\./,,' | LC_ALL=C sort | xargs -d '\n' md5sum) >"$root/DEBIAN/md5sums"
[ -z "${SOURCE_DATE_EPOCH-}" ] || find "$root" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

package=build/weir-httpd_$version-1_$architecture.deb
dpkg-deb --build --root-owner-group "$root" "$package" >>build/deb/log || die "dpkg-deb failed: build/deb/log says why"
echo "$package"
