"""The names of the standard library's modules, of every Python from 2.7 on, whichever Python runs us."""

from __future__ import annotations

import sys

_PYTHON_2 = """
    BaseHTTPServer Bastion CGIHTTPServer Canvas ConfigParser Cookie Dialog DocXMLRPCServer FileDialog FixTk HTMLParser
    MimeWriter Queue ScrolledText SimpleDialog SimpleHTTPServer SimpleXMLRPCServer SocketServer StringIO Tix Tkconstants
    Tkdnd Tkinter UserDict UserList UserString __builtin__ _winreg anydbm bsddb cPickle cStringIO commands compiler
    cookielib copy_reg dbhash dircache dl dumbdbm dummy_thread dummy_threading exceptions fpformat future_builtins gdbm
    hotshot htmlentitydefs htmllib httplib ihooks imageop imputil itertools ltihooks markupbase md5 mhlib mimetools
    mimify multifile mutex new os2emxpath popen2 posixfile repr rexec rfc822 robotparser sets sgmllib sha sre statvfs
    stringold strop sunaudio thread tkColorChooser tkCommonDialog tkFileDialog tkFont tkMessageBox tkSimpleDialog toaiff
    ttk urllib2 urlparse user whichdb xmllib xmlrpclib
"""
_REMOVED_OR_NEW = """
    __future__ __main__ _typeshed aifc annotationlib asynchat asyncore audioop binhex cgi cgitb chunk compression crypt
    distutils dummy_threading formatter fpectl imghdr imp lib2to3 macpath macurl2path mailcap msilib nis nntplib
    ossaudiodev parser pipes smtpd sndhdr spwd string_templatelib sunau symbol telnetlib test this tomllib uu xdrlib
    _dummy_thread zoneinfo graphlib
"""

STDLIB: frozenset[str] = frozenset(sys.stdlib_module_names) | frozenset((_PYTHON_2 + _REMOVED_OR_NEW).split())
"""Modules that come with Python; a name that any Python brings is nobody's dependency."""
